"""The key of the server at ``engine.url``. It never enters a log or a message."""

from pathlib import Path

from algosmith.errors import ConfigError


def read_key(key_file: str) -> str:
    """The key in the first line of a file.

    Raises:
        ConfigError: the file can't be read, or its first line can't be a key.
    """
    try:
        lines = Path(key_file).expanduser().read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"engine.key_file: {key_file} can't be read: {error}") from error
    key = lines[0].strip()
    if not key or not key.isascii() or not key.isprintable():
        raise ConfigError(f"engine.key_file: the first line of {key_file} must be the key")
    return key
