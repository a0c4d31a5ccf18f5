# make run    install, prepare the model, index the seed documents, open the page
# make test   install, then lint, types, layers and tests
# make lint   the checks without the tests;  make bench / make eval: the measurements

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test lint bench eval clean

run: $(VENV)/installed
	$(BIN)/rag serve --sync seeds

test: $(VENV)/installed-dev
	$(MAKE) --no-print-directory lint
	$(BIN)/python scripts/ensure_browser.py
	$(BIN)/python scripts/ensure_axe.py
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.embedding
	$(BIN)/python -m benchmarks.vectors
	$(BIN)/python -m benchmarks.retrieval
	$(BIN)/python -m benchmarks.answers
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.faults
	$(BIN)/python -m benchmarks.page

eval: $(VENV)/installed
	$(BIN)/rag eval run seeds/questions.jsonl --corpus seeds --out .data/eval-seeds

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else "Sanad needs Python 3.11 to 3.13: make PYTHON=/path/to/python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

# A stamp is written only after pip succeeded, so an interrupted install starts again.
$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install --progress-bar off -q -c constraints.txt -e .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) install --progress-bar off -q -c constraints.txt -e '.[dev]'
	touch $@
