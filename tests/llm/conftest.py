"""The real servers of other people, each started once for the tests that ask for it."""

import os
from collections.abc import Iterator

import pytest

from tests.llm import servers
from tests.llm.servers import Server

VLLM = os.environ.get("ALGOSMITH_TEST_VLLM", "")
"""The program ``vllm``; ``make test-vllm`` sets it. Too big for the normal run."""
TRANSFORMERS = "ALGOSMITH_TEST_TRANSFORMERS" in os.environ
"""``make test-transformers`` sets it: converting the model and its answers take two minutes."""
SERVERS = ["vllm"] if VLLM else ["transformers"] if TRANSFORMERS else ["llama.cpp"]


@pytest.fixture(scope="session")
def vllm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.vllm(tmp_path_factory.mktemp("vllm"), VLLM)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    if request.param == "vllm":
        yield request.getfixturevalue("vllm")
        return
    make = {"llama.cpp": servers.llama_cpp, "transformers": servers.transformers_serve}
    made = make[request.param](tmp_path_factory.mktemp("server"))
    made.start()
    yield made
    made.stop()
