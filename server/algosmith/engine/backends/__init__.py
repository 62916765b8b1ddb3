"""What decodes: one module for each library, all behind ``base.Backend``."""
