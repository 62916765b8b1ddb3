"""Checks candidates and gives each a Verdict."""
