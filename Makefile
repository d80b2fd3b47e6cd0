# `make help` lists the commands and settings. To choose the interpreter: make course PYTHON=python3.12
# (an environment that exists keeps its own: remove .venv to change it).
PYTHON ?= python3
VENV ?= .venv
# Test processes at a time; each keeps to one thread.
JOBS ?= 2
# A folder for machine-readable test reports; none are written by default.
REPORTS ?=
# What `make mutants` does: MUTANTS="--sample 50 --seed 1 mvacourse/solvers"; --help lists more.
MUTANTS ?=
# What `make claims` does: CLAIMS="--only plain notebooks/03_tychonov.ipynb"; --help lists more.
CLAIMS ?=
# What `make matrix` does: MATRIX="colab --only handouts"; --help lists more.
MATRIX ?=
# What `make net` calls: NET="solvers priors" takes two rooms.
NET ?=

BIN := $(VENV)/bin
RUN := $(BIN)/python -m

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help course test lint unit check-notebooks handouts notebooks claims mutants matrix net format docs

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'Settings: PYTHON=python3.12 (interpreter of a new environment), VENV=$(VENV) (its folder),'
	@echo '          JOBS=$(JOBS) (test processes at a time), MUTANTS="--help" (what else `make mutants` can),'
	@echo '          MATRIX="--help" (the same for `make matrix`).'
	@echo 'Example: make test JOBS=4'

course: $(VENV)/.lab-installed  ## set up, then open the course in JupyterLab
	$(BIN)/mvacourse lab

test: lint unit check-notebooks  ## set up, then lint and run every test and notebook

lint: $(VENV)/.test-installed  ## check style, format and layers
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(BIN)/lint-imports

unit check-notebooks handouts notebooks mutants net: export OMP_NUM_THREADS := 1
unit check-notebooks handouts notebooks mutants net: export MVACOURSE_OFFLINE := 1
unit check-notebooks handouts notebooks mutants net: export MVACOURSE_BUDGET := fast

unit: $(VENV)/.test-installed  ## run the unit tests
	$(RUN) pytest -n $(JOBS) $(if $(REPORTS),--junitxml=$(REPORTS)/unit.xml) tests

check-notebooks: $(VENV)/.test-installed  ## run the notebooks and compare what they print
	$(RUN) pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=300 \
	    -n $(JOBS) --dist loadfile $(if $(REPORTS),--junitxml=$(REPORTS)/notebooks.xml) notebooks

handouts: $(VENV)/.test-installed  ## run the student edition in JupyterLab and Chromium, unsolved
	$(RUN) pytest -v -rs -m "browser and slow" \
	    $(if $(REPORTS),--junitxml=$(REPORTS)/handouts.xml) tests/browser

notebooks: $(VENV)/.lab-installed  ## run the notebooks and store their outputs
	$(BIN)/mvacourse run --inplace

claims: $(VENV)/.test-installed  ## run the notebooks with other seeds and as on other processors
	PYTHONPATH=tests $(RUN) claims --jobs $(JOBS) $(CLAIMS)

mutants: $(VENV)/.test-installed  ## spoil the core in small ways and list what no test notices
	PYTHONPATH=tests $(RUN) mutation --jobs $(JOBS) $(MUTANTS)

matrix: $(VENV)/.test-installed  ## run everything on the oldest, Colab's and the newest versions
	PYTHONPATH=tests $(RUN) matrix --jobs $(JOBS) $(MATRIX)

net: $(VENV)/.test-installed  ## call every public function with bad arguments
	PYTHONPATH=tests $(RUN) net $(NET)

format: $(VENV)/.test-installed  ## format the code and mend what the linter can
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

docs: $(VENV)/.docs-installed  ## build the site in build/site, without running the notebooks
	$(RUN) sphinx -b html docs build/site

# The environment is made anew only when pyproject.toml has changed.
$(VENV)/.lab-installed: pyproject.toml
	$(call install,lab)

$(VENV)/.test-installed: pyproject.toml
	$(call install,test)
	@touch $(VENV)/.lab-installed

$(VENV)/.docs-installed: pyproject.toml
	$(call install,docs)

define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	    echo "Python 3.10 or later is needed; '$(PYTHON)' is not one." \
	         "Name another: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing the course into $(VENV): some minutes the first time (PyTorch is large)."
	$(PYTHON) -m venv $(VENV)
	$(RUN) pip install --disable-pip-version-check --quiet --upgrade pip
	$(RUN) pip install --editable ".[$(1)]"
	@touch $(VENV)/.$(1)-installed
endef
