# Every target first sets up what it needs in .venv, and does so quickly when nothing changed.
.DEFAULT_GOAL := help
.PHONY: help demo test term site test-site lab claims quality bench attack pythons fresh images clean
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STUDENTS ?= 30
TERM_STUDENTS ?= 300
SEED ?= 1
SUITES ?= trixie
FRESH ?= demo test
# one more than there are cores: many tests wait by the clock, for a limit to strike or a server to answer
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
# a test that hangs ends its worker and is told by name, with where each of its threads stands
NO_HANG := -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true
export PATH := $(CURDIR)/$(BIN):$(PATH)
# where a machine forbids it, every command compiles all of the project anew
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export TF_CPP_MIN_LOG_LEVEL ?= 3

help:  ## Show what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or later is needed; call make PYTHON=python3.12"'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.instructor: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e '.[instructor]'
	@touch $@

$(VENV)/.maintainer: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q -e '.[maintainer]'
	@touch $@ $(VENV)/.instructor

.PHONY: jail isolated
jail:
	@tools/system_packages.sh bwrap:bubblewrap

isolated: jail
	@tools/isolation.sh

demo: isolated $(VENV)/.instructor  ## Release, simulate a class, grade it isolated, write feedback, report and grades.csv
	@$(BIN)/python -m grader demo --students $(STUDENTS) --seed $(SEED)

test: $(VENV)/.maintainer jail  ## Run every check and test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/sync_stubs.py --check
	$(BIN)/python -m grader references --check
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=20 --durations-min=5 $(NO_HANG)

term: $(VENV)/.maintainer jail  ## Walk a term of 300 simulated students, release to export, and the guides in fresh clones
	IDNN_TERM=$(TERM_STUDENTS) $(BIN)/python -m pytest -n 0 tests/test_term.py tests/test_guides.py -k "term or clone"

site: $(VENV)/.maintainer node  ## Build the self-study site; ARGS="--with-answers" or ARGS="--pyodide FOLDER"
	@$(BIN)/python site/build.py $(ARGS)

test-site: $(VENV)/.maintainer node  ## Build the site and use it in a real browser
	@tools/system_packages.sh chromium:chromium openssl:openssl
	IDNN_SITE=1 $(BIN)/python -m pytest -rA --tb=short tests/site

.PHONY: node
node:
	@tools/system_packages.sh npm:npm

lab: $(VENV)/.instructor  ## Open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

claims: $(VENV)/.maintainer  ## Recompute every claim of the notebooks over at least 10 seeds
	$(BIN)/python -m grader claims
	$(BIN)/python -m grader predictions --check

quality: $(VENV)/.maintainer jail  ## Judge the judge: correct answers, known mistakes, mutants, gaming
	$(BIN)/python -m grader quality --repeat 1000

bench: $(VENV)/.maintainer jail  ## Measure speed, as ratios in one run
	$(BIN)/python -m benchmarks

attack: isolated $(VENV)/.maintainer  ## Grade hostile submissions and see that none gains anything
	$(BIN)/python -m pytest tests/test_sandbox.py
	$(BIN)/python -m tests.attacks

pythons: $(VENV)/.maintainer  ## Run an assignment on every Python since 3.11 that is on the PATH
	IDNN_PYTHONS=1 $(BIN)/python -m pytest -n 0 -rA tests/test_pythons.py

fresh: $(VENV)/.maintainer  ## make demo and make test in a bare Debian 13, as root and as a user with sudo; FRESH=demo for the first alone
	@tools/system_packages.sh mmdebstrap:mmdebstrap
	IDNN_FRESH="$(FRESH)" STUDENTS=$(STUDENTS) $(BIN)/python -m pytest -n 0 -rA tests/test_fresh.py

images: $(VENV)/.maintainer jail  ## Build the hub's images in a bare Debian, without Docker (as root); SUITES=trixie,noble
	@tools/system_packages.sh mmdebstrap:mmdebstrap
	IDNN_IMAGES=$(SUITES) $(BIN)/python -m pytest -n 0 -rA tests/test_images.py

clean:  ## Remove what was built; the environment, gradebook and hidden seed stay
	rm -rf build .pytest_cache .ruff_cache .hypothesis
