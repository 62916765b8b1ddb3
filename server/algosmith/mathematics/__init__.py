"""Final answers of mathematical problems: found in replies, compared by sympy inside the cage."""
