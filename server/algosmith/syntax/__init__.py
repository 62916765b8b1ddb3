"""Tree-sitter: languages, tasks, context and placing the edit. No LSP, no models."""
