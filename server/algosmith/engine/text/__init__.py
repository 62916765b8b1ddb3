"""Text handling the backends share: templates, UTF-8, stop strings, thinking, repetition."""
