# make run   take sample photos (or PHOTOS=folder) through amazon-main and taobao-main
# make up    start everything in one process, with the web page
# make test  every test        make check  style, types, imports, duplicates
# make bench every benchmark   (BENCH=name for one)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
PHOTOS ?=
BENCH ?=
PROJECTS := shared $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml plugins/*/pyproject.toml))
MANIFESTS := $(addsuffix /pyproject.toml,$(PROJECTS)) constraints.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help run up test check format bench docs clean
help:
	@sed -n 's/^# //p' Makefile

$(VENV)/bin/python:
	@deploy/make-venv $(PYTHON) $(VENV)

$(VENV)/.installed: $(VENV)/bin/python $(MANIFESTS)
	$(PIP) --upgrade pip hatchling editables
	$(PIP) --no-build-isolation -e "shared[samples]" $(foreach project,$(filter-out shared,$(PROJECTS)),-e $(project))
	@touch $@

$(VENV)/.tests: $(VENV)/.installed pyproject.toml
	$(PIP) --no-build-isolation -e "shared[samples,torch]"
	$(PIP) --group test
	@touch $@

$(VENV)/.checks: $(VENV)/.installed pyproject.toml
	$(PIP) --group check
	@touch $@

$(VENV)/.bench: $(VENV)/.tests
	$(PIP) --group bench
	@touch $@

run: $(VENV)/.installed
	@if [ -z "$(PHOTOS)" ]; then $(BIN)/packshot samples -o $(OUT)/samples; fi
	@$(BIN)/packshot run $(or $(PHOTOS),$(OUT)/samples) --recipe amazon-main --recipe taobao-main -o $(OUT)/results

up: $(VENV)/.installed
	@$(BIN)/packshot up

test: $(VENV)/.tests
	$(BIN)/pytest -n 2 --dist loadscope

check: $(VENV)/.checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy -p packshot $(foreach package,$(wildcard services/*/packshot_* plugins/*/packshot_*),-p $(notdir $(package)))
	$(BIN)/lint-imports
	$(BIN)/pylint --disable=all --enable=duplicate-code --min-similarity-lines=8 --ignore-patterns='test_.*' $(addprefix shared/,packshot) $(wildcard services/*/packshot_* plugins/*/packshot_*)

format: $(VENV)/.checks
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench
	$(BIN)/python -m tests.benchmarks $(BENCH)

docs: $(VENV)/.installed
	$(BIN)/python -m tests.documents write

clean:
	rm -rf $(VENV) $(OUT)
