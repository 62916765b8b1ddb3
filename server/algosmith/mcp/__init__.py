"""The MCP server: the checks and the solving as tools for other agents, over standard streams.

Like ``lsp`` it only translates. The only package that imports ``mcp``.
"""
