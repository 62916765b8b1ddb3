"""The process that holds the model. Knows nothing of tasks; the only package that imports torch."""
