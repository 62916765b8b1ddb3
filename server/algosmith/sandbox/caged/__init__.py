"""Runs inside the cage: standard library only, Python 3.9 or newer, never imported outside.

These files are read as text and sent to the interpreter the user chose, which may be an older one.
"""
