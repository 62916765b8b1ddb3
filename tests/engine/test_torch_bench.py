"""The benchmark runs from one command, without a model, and its figures belong together."""

import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from algosmith import catalogue  # noqa: E402
from algosmith.cli import bench  # noqa: E402
from algosmith.engine import bench_beside, bench_torch  # noqa: E402
from algosmith.engine.backends.torch_decode import measure  # noqa: E402
from algosmith.engine.backends.torch_decode.reference import (  # noqa: E402
    reference_model,
    tensors_of,
)
from algosmith.engine.weights import check, gguf_shape  # noqa: E402
from algosmith.errors import ModelError  # noqa: E402
from tests.engine.torch_models import CPU, decoder_of, llama, write_folder  # noqa: E402

pytestmark = pytest.mark.torch
SMALL = [
    "--device",
    "cpu",
    "--context",
    "64",
    "--prompt",
    "130",
    "--tokens",
    "4",
    "--batches",
    "1,2",
]


def test_one_command_measures_random_weights(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "algosmith.engine.backends.torch_decode.benchmark.bandwidth", lambda d: 1e10
    )
    assert bench.run(["--random-weights", "tiny", *SMALL, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [rate["batch"] for rate in found["rates"]] == [1, 2]
    for rate in found["rates"]:
        step = rate["step_ms"] / 1e3
        assert rate["tokens_per_second"] == pytest.approx(rate["batch"] / step)
        read = found["weight_bytes"] + rate["batch"] * 66 * 2 * 2 * 2 * 16 * (
            4 if found["dtype"] == "float32" else 2
        )
        assert rate["share_of_limit"] == pytest.approx(read / 1e10 / step)
    assert {row[1] for row in found["generate_rates"]} == {1}
    assert found["first_token"]["prefix_ms"] > 0


def test_the_table_and_the_refusals_are_sentences(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr(
        "algosmith.engine.backends.torch_decode.benchmark.bandwidth", lambda d: 1e10
    )
    assert bench.run(["--random-weights", "tiny", *SMALL, "--no-compare"]) == 0
    assert "of the limit" in capsys.readouterr().out
    with pytest.raises(ModelError, match="none"):
        bench.run(["--model", str(tmp_path / "none"), *SMALL])


def test_the_loss_of_quantized_weights_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr(
        "algosmith.engine.backends.torch_decode.benchmark.bandwidth", lambda d: 1e10
    )
    folder = write_folder(tmp_path / "model", llama()[0])
    text = tmp_path / "text"
    text.write_text("def add(a, b):\n    return a + b\n" * 5)
    command = ["--model", str(folder), "--quality", str(text), *SMALL, "--no-compare", "--json"]
    assert bench.run(command) == 0
    losses = dict(json.loads(capsys.readouterr().out)["losses"])
    assert abs(losses["int8"] - losses["none"]) < 0.1
    assert abs(losses["int4"] - losses["none"]) < 2


def test_the_large_shapes_are_those_of_the_models() -> None:
    for name, parameters in (
        ("vibethinker-1.5b", 1_543_714_304),
        ("vibethinker-3b", 3_085_938_688),
        ("smollm2-135m", 134_515_008),
    ):
        with torch.inference_mode():
            model = reference_model(bench_torch.SHAPES[name], torch.device("meta"), torch.bfloat16)
        assert sum(p.numel() for p in model.parameters()) == parameters
    assert bench_torch.SHAPES["vibethinker-1.5b"].kv_values_per_token * 2 == 28_672


def test_copying_tells_a_bandwidth_that_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1e8 < measure.bandwidth(CPU.device) < 1e13


def test_reference_and_ours_have_the_same_weights() -> None:
    shape = bench_torch.SHAPES["tiny"]
    with torch.inference_mode():
        model = reference_model(shape, CPU.device, CPU.dtype)
        tokens = torch.tensor([[5, 6, 7]])
        ours = decoder_of(model, shape).prefill(tokens[0], 0, 0)
        assert torch.allclose(model(tokens).logits[0, -1], ours[0], atol=1e-4)
        assert tensors_of(model)("model.norm.weight").shape == (64,)


def test_a_folder_is_measured_beside_generate_and_its_gguf(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setattr("algosmith.engine.bandwidth.measure", lambda device, threads: 1e10)
    folder = write_folder(tmp_path / "model", llama(max_position_embeddings=8192)[0])
    command = ["--model", str(folder), "--device", "cpu", "--threads", "1", "--tokens", "4"]
    assert bench.run([*command, "--batches", "1,8", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["backend"] == "transformers"
    assert [row["batch"] for row in found["decode"]] == [1, 8]
    names = [(row["name"], row["batch"]) for row in found["beside"]]
    assert names == [(f"generate(), {t}", n) for t in ("float32", "bfloat16") for n in (1, 8)]
    assert all(row["tokens_per_second"] > 0 for row in found["beside"])
    assert "no GGUF of the model" in found["not_beside"][0]
    (tmp_path / "Model.Q4_1.gguf").touch()
    assert bench_beside.gguf_of(folder) == tmp_path / "Model.Q4_1.gguf"
    (tmp_path / "other.gguf").touch()
    (folder / "inside.gguf").touch()
    assert bench_beside.gguf_of(folder) == folder / "inside.gguf"


@pytest.mark.model
def test_the_shape_in_the_demo_models_header_is_the_models() -> None:
    path = catalogue.resolve("smollm2-135m")
    found = gguf_shape(path)
    assert found is not None
    with torch.inference_mode():
        model = reference_model(found, torch.device("meta"), torch.bfloat16)
    assert sum(p.numel() for p in model.parameters()) == check(path).parameters
