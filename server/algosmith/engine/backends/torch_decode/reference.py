"""transformers' own model of the same shape and weights, for measuring beside ours.

It is built from our checked shape and our own reading of the files, never from a folder by name.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from algosmith.config import EngineSettings
from algosmith.engine.backends.torch_decode.loading import FolderTensors
from algosmith.engine.backends.torch_decode.measure import Clock
from algosmith.engine.backends.torch_decode.model import TensorSource
from algosmith.engine.backends.torch_decode.place import Place, choose_place
from algosmith.engine.weights import ModelShape, WeightsReport


def reference_model(shape: ModelShape, device: torch.device, dtype: torch.dtype) -> Any:
    """A model with random weights on a device."""
    qwen = shape.architecture == "Qwen2ForCausalLM"
    scaling = dict(shape.rope_scaling) or {"rope_type": "default"}
    config = cast("Any", Qwen2Config if qwen else LlamaConfig)(
        hidden_size=shape.hidden,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        vocab_size=shape.vocabulary,
        max_position_embeddings=shape.context_tokens,
        rms_norm_eps=shape.rms_eps,
        rope_parameters={**scaling, "rope_theta": shape.rope_theta},
        tie_word_embeddings=shape.tied,
    )
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            model = cast("Any", Qwen2ForCausalLM if qwen else LlamaForCausalLM)(config)
    finally:
        torch.set_default_dtype(before)
    return model.eval()


def fill(model: Any, source: TensorSource) -> None:
    """Puts weights into a model of ``reference_model``."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(source(name))


def tensors_of(model: Any) -> TensorSource:
    """A model's tensors as a source for our decoder."""
    state = cast("dict[str, torch.Tensor]", model.state_dict())
    return lambda name: state[name].detach()


def generate(model: Any, tokens: torch.Tensor, count: int, *, sampled: bool) -> torch.Tensor:
    """Plain ``generate()``: exactly ``count`` new tokens for each row."""
    how = (
        {"do_sample": True, "temperature": 0.6, "top_p": 0.95} if sampled else {"do_sample": False}
    )
    return model.generate(
        tokens,
        attention_mask=torch.ones_like(tokens),
        max_new_tokens=count,
        min_new_tokens=count,
        eos_token_id=None,
        pad_token_id=0,
        **how,
    )


def plain_rates(
    shape: ModelShape,
    weights: WeightsReport | None,
    engine: EngineSettings,
    sizes: tuple[Sequence[int], int, int],
    report: Callable[[str], None],
) -> tuple[tuple[str, int, float], ...]:
    """``generate_rates`` of a checked folder, or of random weights, where the settings say."""
    place = choose_place(engine.device)
    if place.device.type == "cpu":
        torch.set_num_threads(engine.threads or 1)
    with torch.inference_mode():
        report("loading the model into transformers")
        model = reference_model(shape, place.device, place.dtype)
        if weights is not None:
            fill(model, FolderTensors(weights.path, weights.tensors, place))
        return generate_rates(model, place, Clock(place.device, wall=True), sizes, report)


def generate_rates(
    model: Any,
    place: Place,
    clock: Clock,
    sizes: tuple[Sequence[int], int, int],
    report: Callable[[str], None],
) -> tuple[tuple[str, int, float], ...]:
    """Plain ``generate()`` without its prefill: number type, batch, tokens a second.

    ``sizes``: the batches, the tokens it starts from, the tokens it decodes.
    """
    batches, context, count = sizes
    dtypes = [torch.float32, torch.bfloat16] if place.device.type == "cpu" else [place.dtype]
    found: list[tuple[str, int, float]] = []
    for dtype in dtypes:
        model = model.to(dtype)
        for batch in batches:
            report(f"generate(), {dtype}, batch {batch}")
            words = min(500, int(model.config.vocab_size))
            prompt = torch.randint(5, words, (batch, context), device=place.device)

            def timed(new: int, prompt: torch.Tensor = prompt, model: Any = model) -> float:
                return clock.seconds(lambda: generate(model, prompt, new, sampled=True))

            timed(2)
            best = min(timed(count + 1) - timed(1) for _ in range(2))
            found.append((str(dtype).removeprefix("torch."), batch, batch * count / best))
    return tuple(found)
