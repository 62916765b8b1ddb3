"""How good the answers are: problems with hidden tests, solved by the product and marked.

``reading.load`` gives problems, ``evaluating.evaluate`` solves them through ``features.solve`` and
keeps a row for each in a run's file, ``summary.summarise`` and ``paired.compare`` make the figures.
The command ``algosmith eval`` is a thin layer over these. No data set is part of the package.
"""
