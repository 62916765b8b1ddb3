"""Runs untrusted Python in a cage: source and calls in, plain values out."""
