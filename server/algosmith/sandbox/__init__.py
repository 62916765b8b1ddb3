"""Runs untrusted Python in a cage: source and calls in, plain values out.

``open_sandbox`` gives a cage that passed its self-test; ``server/docs/security.md`` says what it
covers and what it does not.
"""

from algosmith.sandbox.compare import same
from algosmith.sandbox.opening import describe, open_sandbox

__all__ = ["describe", "open_sandbox", "same"]
