"""Model folders and files judged before anything loads them. Imports no model library.

``check(path)`` reads headers with bounded readers of our own and either reports what the weights
are or raises a ``ModelError`` that names the file and says what is accepted. No code of a model
folder is ever run: pickles, ``auto_map``, Python files and chat templates are refused or ignored.
"""

from algosmith.engine.weights.adapter_card import Card, check_card, read_card
from algosmith.engine.weights.adapters import AdapterReport, check_adapter
from algosmith.engine.weights.checking import check
from algosmith.engine.weights.gguf_shape import gguf_shape
from algosmith.engine.weights.identity import identity
from algosmith.engine.weights.preflight import (
    Memory,
    Plan,
    free_host_memory,
    memory_needed,
    require_memory,
)
from algosmith.engine.weights.report import ModelShape, TensorEntry, WeightsReport

__all__ = [
    "AdapterReport",
    "Card",
    "Memory",
    "ModelShape",
    "Plan",
    "TensorEntry",
    "WeightsReport",
    "check",
    "check_adapter",
    "check_card",
    "free_host_memory",
    "gguf_shape",
    "identity",
    "memory_needed",
    "read_card",
    "require_memory",
]
