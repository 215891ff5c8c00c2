# Every target first installs what it lacks (tools/setup) and says so in a line.

PY := .venv/bin/python
ARGS ?=
# Half a suite waits for disks; more workers than this only make them wait longer.
WORKERS ?= 2

export PYTHON
export SERVE

.PHONY: help demo test test-long check bench screens docs fix lock clean

help:            ## this list
	@awk -F ' *## ' '/^[a-z-]+: .*## / { sub(/:.*/, "", $$1); printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo:            ## three stories, on real speech and video; SERVE=1 keeps the last one's house open
	@tools/setup base media
	@$(PY) demo/story.py
	@$(PY) demo/door.py
	@$(PY) demo/pages.py

test:            ## the tests; ARGS='-k puncture' chooses some
	@tools/setup dev media browser trace
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-long:       ## the drills and soaks, which take long
	@tools/setup dev media browser trace
	$(PY) -m pytest -m long $(ARGS)

check:           ## lint, types, layers, generated documents, links, locks
	@tools/setup dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m tools.coverage --check
	$(PY) -m tools.reference --check
	$(PY) -m tools.api_reference --check
	$(PY) -m tools.permissions --check
	$(PY) -m tools.links
	$(PY) -m tools.locks
	$(PY) -m tools.words --check
	$(PY) -m tools.vendored --check

bench:           ## the figures of docs/benchmarks.md, measured here
	@tools/setup dev media browser
	@$(PY) bench/run.py $(ARGS)

screens:         ## pictures of every page, both widths, light and dark, into build/screens
	@tools/setup dev media browser
	@$(PY) -m tools.screens $(ARGS)

docs:            ## write the generated documents anew
	@tools/setup dev
	$(PY) -m tools.coverage
	$(PY) -m tools.reference
	$(PY) -m tools.api_reference
	$(PY) -m tools.permissions

fix:             ## format, and mend what the linter can mend
	@tools/setup dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

lock:            ## requirements/*.txt anew, from pyproject.toml
	@tools/setup dev
	@tools/lock

clean:           ## forget the environment and what was built
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
