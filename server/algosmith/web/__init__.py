"""The page: asking in a browser on this machine. Above ``features``; knows no editor protocol.

Starlette and uvicorn are imported only here. The page's own source is ``editor-client/web``; what
it is built into stands in ``static`` and is served as it is.
"""
