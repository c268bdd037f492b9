# Everything is installed by hash into .venv; nothing else is touched but the user's cache folder.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
RUN_ARGS ?=

.PHONY: run test test-fast check mutants lock clean
.DEFAULT_GOAL := run

$(READY): requirements/uv.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY)  ## set up, run scenarios/quick, show the report
	$(BIN)/ozh run quick --jobs 2 --allow-stand-in $(RUN_ARGS)

check: $(READY)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check  ## everything, real servers and tools included
	$(BIN)/pytest -n 2 --dist loadgroup

test-fast: $(READY)  ## what needs no server, no tool and no patience
	$(BIN)/pytest -n 2 --dist loadgroup -m "not minio and not tools and not install and not slow"

mutants: $(READY)  ## change the judge in thousands of ways: which changes do its tests not notice? 10 minutes
	rm -rf mutants
	CI=true nice -n 15 $(BIN)/mutmut run --max-children 2
	$(BIN)/mutmut results

lock: $(READY)  ## renew the locks from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url pyproject.toml --group dev --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url pyproject.toml --constraint requirements/dev.txt --output-file requirements/run.txt
	sed -n '/^uv==/,/^[^ u]/p' requirements/run.txt | sed '$$d' > requirements/uv.txt

clean:  ## remove what was set up here (not the cache)
	rm -rf .venv dist build
