"""Which chat format a model was trained on, by the special tokens of its vocabulary.

The formats themselves are code of ours (``engine.text.templates``); a template that comes with a
model is shown to people and never run.
"""

from collections.abc import Collection

_MARKERS = (
    ("chatml", ("<|im_start|>", "<|im_end|>")),
    ("llama3", ("<|start_header_id|>", "<|eot_id|>")),
    ("gemma", ("<start_of_turn>", "<end_of_turn>")),
    ("deepseek", ("<|User|>", "<|Assistant|>")),
    ("phi3", ("<|user|>", "<|assistant|>", "<|end|>")),
    ("zephyr", ("<|user|>", "<|assistant|>")),
)


def family_of(specials: Collection[str], template: str | None) -> str:
    """Name of the chat format, ``plain`` when none is recognised."""
    text = template or ""
    for family, markers in _MARKERS:
        # A template that names other markers wins over tokens that are merely reserved.
        known = all(marker in specials for marker in markers)
        if known and (template is None or markers[0] in text):
            return family
    if template is not None and "[INST]" in text:
        return "mistral" if "[INST]" in specials else "llama2"
    if template is not None:
        for family, markers in _MARKERS:
            if all(marker in text for marker in markers[:1]):
                return family
    return "plain"


def thinks(specials: Collection[str], template: str | None, name: str) -> bool:
    """Whether the model reasons before it answers."""
    if "<think>" in specials or "<think>" in (template or ""):
        return True
    return "vibethinker" in name.lower() or "deepseek-r1" in name.lower()
