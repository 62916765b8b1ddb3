"""Prompt files, token budget, and what is read out of a reply."""
