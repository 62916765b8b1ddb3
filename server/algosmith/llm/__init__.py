"""The client side of the engine: OpenAI-compatible HTTP and the launcher. No model library."""
