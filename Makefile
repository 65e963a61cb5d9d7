# Two commands matter to a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
WORKERS ?= 2
DEMO_HOME ?= var/demo
BASE_STAMP := $(VENV)/.base-$(shell cat requirements/base.txt pyproject.toml | cksum | cut -d' ' -f1)
DEV_STAMP := $(VENV)/.dev-$(shell cat requirements/dev.txt pyproject.toml | cksum | cut -d' ' -f1)
WARM_STAMP := $(VENV)/.warm-$(shell find src/baithak/engine src/baithak/locale -name '*.py' -o -name '*.po' | LC_ALL=C sort | xargs cat | cksum | cut -d' ' -f1)
export UV_PYTHON_DOWNLOADS := never
# A hub that comes back after a fall should not translate Python first, wherever PYTHONDONTWRITEBYTECODE is set.
export UV_COMPILE_BYTECODE := 1
export PYTHONUTF8 := 1

.PHONY: help demo test check fix unit bench docs messages work lock doctor clean

help: ## what there is to do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { echo "Baithak needs Python 3.11 to 3.14; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian install python3-venv."; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "uv is not to be had: going on with pip, which is slower."

# uv installs the same hashed list some ten times faster; pip is the way where uv is refused.
define install
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; fi
endef

$(BASE_STAMP): | $(BIN)/python
	@echo "Installing what Baithak needs (once) …"
	$(call install,requirements/base.txt)
	@touch $@

$(DEV_STAMP): | $(BASE_STAMP)
	@echo "Installing the tools for tests (once) …"
	$(call install,requirements/dev.txt)
	@touch $@

$(WARM_STAMP): | $(BASE_STAMP)
	@echo "Compiling message catalogues and engine kernels (once) …"
	@$(BIN)/python -m baithak.web.messages compile
	@$(BIN)/python -m baithak.engine.warm
	@$(BIN)/python -m compileall -q src
	@touch $@

demo: $(BASE_STAMP) $(WARM_STAMP) ## the demonstration hub on 127.0.0.1 (PORT=8000)
	@BAITHAK_HOME=$(DEMO_HOME) BAITHAK_DEMO=1 $(BIN)/baithak demo --port $(PORT)

test: check unit ## everything: lint, types, directions, unit, property and browser tests

check: $(DEV_STAMP) $(WARM_STAMP) ## lint, types, directions between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Both halves run, whatever the first says. Exit status 5 says that none was chosen: where ARGS choose (-k),
# that is no fault of one of them.
NONE_IS_FINE = $(if $(findstring -k,$(ARGS)),5,0)
unit: $(DEV_STAMP) $(WARM_STAMP) ## the tests alone (ARGS="-k journal"), as many beside each other as WORKERS says
	@first=0; second=0; \
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not alone" $(ARGS) || first=$$?; \
	$(BIN)/pytest -m alone $(ARGS) || second=$$?; \
	for half in $$first $$second; do [ $$half -eq 0 ] || [ $$half -eq $(NONE_IS_FINE) ] || exit $$half; done

fix: $(DEV_STAMP) ## let the formatter and the linter mend what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_STAMP) $(WARM_STAMP) ## speed and quality beside the peers; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks.opinion
	$(BIN)/python -m benchmarks.routing
	$(BIN)/python -m benchmarks.stuffing
	$(BIN)/python -m benchmarks.budget
	$(BIN)/python -m benchmarks.panel
	$(BIN)/python -m benchmarks.search
	$(BIN)/python -m benchmarks.web
	$(BIN)/python -m benchmarks.coordination

docs: $(BASE_STAMP) $(WARM_STAMP) ## write the generated pages of docs/
	$(BIN)/python -m baithak.home.docs

messages: $(BASE_STAMP) ## gather the interface's sentences into the catalogues
	$(BIN)/python -m baithak.web.messages extract

work: $(BASE_STAMP) $(WARM_STAMP) ## the background worker of your own hub
	$(BIN)/baithak work

doctor: $(BASE_STAMP) ## is this hub well?
	$(BIN)/baithak doctor

lock: ## pin requirements/*.txt anew, without hosts
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate -q --python-version 3.11 --extra setup pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate -q --python-version 3.11 --extra setup --extra dev pyproject.toml -o requirements/dev.txt

clean: ## remove what set-up made (not your data)
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
