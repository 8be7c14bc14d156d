# The two commands: `make evaluate` (the main job) and `make test`. Each makes .venv when it is missing.
PYTHON ?= python3
# Words for pytest: two processes, each with whole files, so that what a file shares is built once; the long ones
# first (tests/conftest.py). PYTEST= runs one.
PYTEST ?= -q -n 2 --dist loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

.PHONY: help evaluate explore test oldest lint types bench calibrate notebooks images docs schemas clean

help:
	@echo "make evaluate   the annual evaluation of the newest year on the shipped data, into out/YEAR"
	@echo "make explore    the sliders, as a page in the browser"
	@echo "make test       tests, lint and types"
	@echo "make oldest     the tests with the oldest versions that pyproject.toml allows, in .venv-oldest"
	@echo "make bench      the benchmarks of benchmarks/"
	@echo "make calibrate  the draws against all counties: tests, and the tables and the chart of docs/backtest.md"
	@echo "make notebooks  run the notebooks and keep their outputs"
	@echo "make images     draw the pictures of README and docs/backtest.md anew"
	@echo "make docs       the site, into site/"
	@echo "make schemas    the JSON Schemas of the TOML forms, into data/schemas/ and docs/schemas/"
	@echo "make clean      remove .venv, out and caches"

# The stamps say what is installed; a changed pyproject.toml installs anew.
$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "popmodel needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-explore: pyproject.toml $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[explore]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1' # the first that knows groups
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[explore,scale]' --group dev
	@touch $@ $(VENV)/.installed $(VENV)/.installed-explore

evaluate: $(VENV)/.installed
	@$(BIN)/popmodel evaluate

explore: $(VENV)/.installed-explore
	cd notebooks && JUPYTER_PATH=$(CURDIR)/notebooks/share $(CURDIR)/$(BIN)/voila explorer.ipynb

test: $(VENV)/.installed-dev lint types
	$(BIN)/python -m pytest $(PYTEST)

# Old libraries warn of what their own newer dependencies deprecate; pictures are those of today's matplotlib.
oldest: $(VENV)/.installed-dev
	$(BIN)/python -m venv --clear .venv-oldest
	$(BIN)/uv pip install --quiet --python .venv-oldest/bin/python --resolution lowest-direct -e '.[explore,scale]' --group dev
	.venv-oldest/bin/python -m pytest -W ignore::DeprecationWarning --ignore tests/test_plots_baseline.py

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry popmodel

types: $(VENV)/.installed-dev
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

calibrate: $(VENV)/.installed-dev
	CALIBRATE=1 $(BIN)/python -m pytest -q tests/test_calibration.py
	$(BIN)/python docs/calibrate.py

notebooks: $(VENV)/.installed-dev
	$(BIN)/python notebooks/run.py

images: $(VENV)/.installed-dev
	$(BIN)/python docs/draw_images.py
	UPDATE_DOCS=1 $(BIN)/python -m pytest -q tests/test_backtest.py -k documentation

docs: $(VENV)/.installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

schemas: $(VENV)/.installed-dev
	$(BIN)/python -c 'from pathlib import Path; from popmodel.files.schemas import schema_texts; [Path(folder, "schemas", name).write_text(text, encoding="utf-8") for folder in ("data", "docs") for name, text in schema_texts().items()]'

clean:
	rm -rf $(VENV) .venv-oldest out site .pytest_cache .mypy_cache .ruff_cache
