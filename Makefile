# make run   take sample photos (or PHOTOS=folder) through amazon-main and taobao-main
# make up    start everything in one process, with the web page
# make test  every test        make check  style, types, imports, duplicates
# make bench every benchmark   (BENCH=name for one)
# make gallery  every operation on every sample product, as contact sheets
# make quality DATA=folder   the classical operations beside OpenCV and scikit-image
# make model-report DATA=folder   the networks by published protocols, beside classical methods (PART=name for one)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
PHOTOS ?=
BENCH ?=
DATA ?=
PART ?=
PROJECTS := shared $(patsubst %/pyproject.toml,%,$(wildcard services/*/pyproject.toml plugins/*/pyproject.toml))
MANIFESTS := $(addsuffix /pyproject.toml,$(PROJECTS)) constraints.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help run up test check format bench gallery quality model-report docs clean
help:
	@sed -n 's/^# //p' Makefile

$(VENV)/bin/python:
	@deploy/make-venv $(PYTHON) $(VENV)

$(VENV)/.installed: $(VENV)/bin/python $(MANIFESTS)
	$(PIP) --upgrade pip hatchling editables
	$(PIP) --no-build-isolation -e "shared[samples]" $(foreach project,$(filter-out shared,$(PROJECTS)),-e $(project))
	@touch $@

$(VENV)/.tests: $(VENV)/.installed pyproject.toml
	$(PIP) --no-build-isolation -e "shared[samples,train]" -e "plugins/onnx[cpu]" -e "plugins/diffusion[diffusers]"
	$(PIP) --group test
	@touch $@

# With all that tests need: types are checked against what is installed, and must not depend on what happens to be.
$(VENV)/.checks: $(VENV)/.tests
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

# Bytecode is kept: a run starts some thousand processes of our own, each of which would compile all that it imports.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.tests
	$(BIN)/python -m compileall -q shared services plugins
	$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder -m "not alone"
	$(BIN)/pytest -m alone

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

gallery: $(VENV)/.tests
	$(BIN)/python -m tests.gallery $(OUT)/gallery

quality: $(VENV)/.bench
	@if [ -z "$(DATA)" ]; then echo "Say where the benchmark sets lie: make quality DATA=folder"; exit 2; fi
	$(BIN)/python -m tests.benchmarks.box_quality --data "$(DATA)"
	$(BIN)/python -m tests.benchmarks.matting_quality --data "$(DATA)"
	$(BIN)/python -m tests.benchmarks.texture_quality --data "$(DATA)"
	$(BIN)/python -m tests.benchmarks.inspect_quality --data "$(DATA)"
	$(BIN)/python -m tests.benchmarks.compose_quality

model-report: $(VENV)/.bench
	@if [ -z "$(DATA)" ]; then echo "Say where the benchmark sets lie: make model-report DATA=folder"; exit 2; fi
	$(BIN)/python -m tests.model_report $(OUT)/model-report --data "$(DATA)" $(if $(PART),--part $(PART))

docs: $(VENV)/.installed
	$(BIN)/python -m tests.documents write

clean:
	rm -rf $(VENV) $(OUT)
