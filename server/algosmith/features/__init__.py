"""The use cases: plain data in, plain data out. This is the API of the product."""
