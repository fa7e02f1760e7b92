# make serve   everything from nothing to a site with a demo cohort, with links to sign in
# make gallery every kind of question in every state
# make test    every test, those in a browser included
# make help    the rest
#
# Nothing is installed outside .venv, and nothing twice: the stamp files in .venv remember.

PYTHON ?= python3
PORT ?= 8866
PYTEST ?= --numprocesses 2 --dist loadfile
BENCH ?=
SCREENSHOTS ?=

VENV := .venv
BIN := $(VENV)/bin
UV := $(VENV)/bin/uv
SYNC := env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON_DOWNLOADS=never \
        $(UV) sync --frozen --inexact --quiet

.DELETE_ON_ERROR:
.PHONY: help serve gallery install develop test bench check build lint types layers formgrader clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

serve: $(VENV)/.installed ## the course on this machine, with a demo cohort and links to sign in
	@echo "Starting the site; Ctrl-C stops it …"
	@$(BIN)/yongxin demo --serve --port=$(PORT)

gallery: $(VENV)/.installed ## every kind of question in every state, for people who write them
	@$(BIN)/yongxin serve --gallery --port=$(PORT)

install: $(VENV)/.installed ## what the course needs, from the lock file into .venv

develop: $(VENV)/.developed ## what working on the course needs as well

test: $(VENV)/.developed $(VENV)/.browser ## every test; PYTEST="…" passes other options
	$(BIN)/pytest $(PYTEST) $(if $(SCREENSHOTS),--screenshots $(SCREENSHOTS))

bench: $(VENV)/.developed $(VENV)/.browser ## how fast the site is, half an hour; BENCH=--quick for a minute
	$(BIN)/python -m bench $(BENCH)

check: $(VENV)/.installed ## read content/ and print every finding
	$(BIN)/yongxin check

build: $(VENV)/.installed ## content/ → course/, solutions/, exercises/, data/
	$(BIN)/yongxin build

lint: $(VENV)/.developed ## style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.developed ## types
	$(BIN)/pyright

layers: $(VENV)/.developed ## which package may import which
	$(BIN)/lint-imports

formgrader: $(VENV)/.installed ## nbgrader's page for marking by hand, in the browser
	$(BIN)/jupyter lab --LabApp.default_url=/formgrader $(if $(filter 0,$(shell id -u)),--allow-root)

clean: ## forget everything that was installed or measured; var/ (answers, grades) stays
	rm -rf $(VENV) dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made: uv.lock tools/get_uv.py
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "Yongxin needs Python 3.11 to 3.13, and $(PYTHON) is another."; \
	  echo "Name one:  make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Preparing $(VENV) (once; needs the network) …"
	@$(PYTHON) -m venv --without-pip $(VENV)
	@$(BIN)/python tools/get_uv.py $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml uv.lock
	@echo "Installing the packages of uv.lock …"
	@$(SYNC) --no-dev
	@touch $@

$(VENV)/.developed: $(VENV)/.installed
	@$(SYNC) --extra postgresql
	@touch $@

$(VENV)/.browser: $(VENV)/.developed tests/support/browser.py
	@$(BIN)/python tests/support/browser.py
	@touch $@
