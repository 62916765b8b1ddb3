"""What arguments a function takes, and values for them at any size."""
