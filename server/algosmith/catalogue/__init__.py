"""The models a user can name: those on this machine, and those that a command fetches.

Reading names and folders is all that the language server needs of this package. Only the command
line may import ``fetching``: nothing is downloaded unless a user says so. import-linter checks it.
"""

from algosmith.catalogue.installed import (
    GGUF_MAGIC,
    InstalledModel,
    could_lie_at,
    installed,
    name_of,
    resolve,
)
from algosmith.catalogue.records import AUTO, Entry, entries, entry, recommended

__all__ = [
    "AUTO",
    "GGUF_MAGIC",
    "Entry",
    "InstalledModel",
    "could_lie_at",
    "entries",
    "entry",
    "installed",
    "name_of",
    "recommended",
    "resolve",
]
