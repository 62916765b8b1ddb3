# Every target sets up what it needs; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo test check fix eval bench clean

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | column -t -s "$$(printf '\t')"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing algosmith with its light engine into $(VENV)"
	$(PIP) -e '.[demo]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "installing algosmith with everything its tests need into $(VENV)"
	$(PIP) -e '.[demo,gpu,dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo  ## fetch the demo model and solve two real TODOs with it
	$(BIN)/python -m algosmith models get demo
	$(BIN)/python -m algosmith demo

test: $(VENV)/.dev  ## all tests but the real-editor ones
	$(BIN)/python -m algosmith models get demo
	$(BIN)/python -m pytest -m 'not gpu' tests

check: $(VENV)/.dev  ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: $(VENV)/.dev  ## format and mend what a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
