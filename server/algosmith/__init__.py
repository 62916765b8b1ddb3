"""algosmith: solves TODOs with a small local model, and says what was proven."""

__version__ = "0.1.0"
