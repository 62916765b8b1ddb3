"""How good the answers are: problems with hidden tests, solved and judged, as tables."""
