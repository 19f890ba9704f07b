# Two commands do all the set-up: `make run` serves the demo, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PLOTLY := assets/vendor/plotly-basic.min.js

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test check format bench soak gallery lock reference texts clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

install: $(VENV)/.installed $(PLOTLY) ## the environment in .venv, from the hash-locked requirements

install-dev: $(VENV)/.installed-dev $(PLOTLY) ## the same, with what the tests need

run: install ## build the star from the demo government and serve it on this machine
	@deploy/system-packages pango || echo "Pages can't be had as PDFs here; all else works."
	$(BIN)/exchequer serve --demo

test: install-dev ## run all tests, with a real PostgreSQL and a real browser
	deploy/system-packages chromium pango java
	$(BIN)/python -m pytest -n 2 --no-loadscope-reorder $(PYTEST_ARGS)

check: install-dev ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install-dev ## measure; medians and ratios, see docs/benchmarks.md
	$(BIN)/exchequer bench

soak: install-dev ## the long runs: more kills, rounds, looks and variants, a Spark cluster
	deploy/system-packages java
	EXCHEQUER_SOAK=1 $(BIN)/python -m pytest tests -n 2 --no-loadscope-reorder --timeout 3600

texts: install-dev ## gather the sentences for translators, and compile translations
	$(BIN)/python -m portal.catalogue

reference: install-dev ## write the generated pages of docs/reference again
	$(BIN)/python -m portal.reference docs/reference

gallery: install-dev ## take the pictures of the documentation again
	deploy/system-packages chromium
	$(BIN)/python -m tests.browser.gallery docs

lock: install-dev ## resolve the requirements anew, with hashes
	$(PIP) install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" --extra build pyproject.toml -o requirements.txt
	for extra in providers spark; do \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    --custom-compile-command "make lock" --extra build --extra $$extra -c requirements.txt \
	    pyproject.toml -o requirements-$$extra.txt || exit 1; \
	done
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" --extra build --extra providers --extra spark \
	  --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund

clean: ## remove what was installed and built
	rm -rf $(VENV) node_modules var $(PLOTLY)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/system-packages python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes -r requirements.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# The partial chart bundle halves the time to the last chart. Without npm, or without a way to
# its registry, pages use the whole bundle that comes with the plotly wheel.
$(PLOTLY): package-lock.json
	@if command -v npm >/dev/null 2>&1 && npm ci --ignore-scripts --no-audit --no-fund --silent; then \
	  cp node_modules/plotly.js-basic-dist-min/plotly-basic.min.js $@; \
	else echo "npm is not to be had: pages will load the whole plotly.js"; fi
