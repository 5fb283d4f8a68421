# Everything a person or a machine does with this repository. `make` alone lists it.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := .venv
IN_VENV := $(VENV)/bin
PIP := $(IN_VENV)/python -m pip -qq --disable-pip-version-check --no-input
JOBS ?= 4
BENCH ?= $(patsubst benchmarks/bench_%.py,%,$(sort $(wildcard benchmarks/bench_*.py)))

# A virtual environment whose Python is gone, or that was moved here from elsewhere, is made anew.
VENV_WORKS := $(shell [ "$$(cat $(VENV)/.made 2>/dev/null)" = "$(CURDIR)" ] && $(VENV)/bin/python -c '' 2>/dev/null && echo yes)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check formatted lint types contracts coverage chromium bench format lock upgrade anew

help:  ## List what can be made
	@sed -n 's/^\([a-z]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r name what; do \
		printf '  make %-10s %s\n' "$$name" "$$what"; done

run: $(VENV)/.project  ## Start the bot with config/seedbed.yaml and say where its page is
	@exec $(IN_VENV)/python -m bot run

test: $(VENV)/.dev $(VENV)/.project chromium  ## Run every test and measure what they cover (ARGS='-k slots' for some)
	@rm -f .coverage .coverage.*
	@$(IN_VENV)/coverage run -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: formatted lint types contracts test coverage  ## All of it, exactly as CI does

formatted: $(VENV)/.dev  ## Is everything formatted?
	@$(IN_VENV)/ruff format --check .

lint: $(VENV)/.dev  ## Look for mistakes and bad habits
	@$(IN_VENV)/ruff check .

types: $(VENV)/.dev $(VENV)/.project  ## Check types, strictly
	@$(IN_VENV)/mypy

contracts: $(VENV)/.dev $(VENV)/.project  ## Does every file import only downward?
	@$(IN_VENV)/lint-imports

coverage: $(VENV)/.dev  ## Report what the last `make test` covered; fails below the threshold in pyproject.toml
	@if ls .coverage.* >/dev/null 2>&1; then $(IN_VENV)/coverage combine --quiet; fi; $(IN_VENV)/coverage report

bench: $(VENV)/.dev $(VENV)/.project  ## Measure, each beside a floor in the same run (BENCH=slots for one)
	@set -e; for one in $(BENCH); do $(IN_VENV)/python -m benchmarks.bench_$$one $(ARGS); done

format: $(VENV)/.dev  ## Format, and mend what can be mended by itself
	@$(IN_VENV)/ruff check --fix-only . && $(IN_VENV)/ruff format .

# ---- the virtual environment: each stamp is newer than what it was made from ---------------------------------------

$(VENV)/.made: $(if $(VENV_WORKS),,anew)
	@[ -n "$(PYTHON)" ] && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Seedbed needs Python 3.11 or newer, and $$($(or $(PYTHON),python3) -V 2>/dev/null || echo none) is what" \
		"was found; name another: make $(or $(MAKECMDGOALS),run) PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments;" \
		"on Debian and Ubuntu, install the package" \
		"$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "$(CURDIR)" > $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock requirements-build.lock
	@echo "Installing what Seedbed needs into $(VENV) (once; half a minute or so) ..." >&2
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@touch $@

$(VENV)/.project: $(VENV)/.runtime pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what the tests and checks need into $(VENV) (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# The page is tested in a real browser, Debian's own.
chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Debian's chromium for the tests of the page ..." >&2; \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
			chromium >/dev/null; \
	elif [ -n "$$CI" ]; then echo "CI needs chromium, and cannot install it here." >&2; exit 1; \
	else echo "There is no chromium here, so the tests of the page in a browser are left out." >&2; fi

# ---- locks: exact versions with hashes, for every Python and machine we support ------------------------------------

lock: LOCK := --quiet
upgrade: LOCK := --quiet --upgrade
lock:  ## Bring the lock files up to date with pyproject.toml, changing as little as possible
upgrade:  ## Lock the newest versions that pyproject.toml allows
lock upgrade:
	@set -e; uv=$$(mktemp -d); trap 'rm -rf "$$uv"' EXIT; \
	$(PYTHON) -m venv "$$uv"; "$$uv/bin/python" -m pip -qq --disable-pip-version-check install 'uv<1'; \
	compile() { "$$uv/bin/uv" pip compile $(LOCK) --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header "$$@" >/dev/null; }; \
	compile -o requirements.lock pyproject.toml; \
	printf 'hatchling\neditables\n' | compile -o requirements-build.lock -c requirements.lock -; \
	compile -o requirements-dev.lock -c requirements.lock -c requirements-build.lock --extra dev pyproject.toml
