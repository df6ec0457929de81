# `make` builds the environment and runs the study; `make test` checks everything.
PYTHON ?= python3
CORES ?= all
BIN := .venv/bin
export OMP_NUM_THREADS ?= 1

.PHONY: run report sensitivity test lint lock showcase benchmark
run: .venv/ready
	$(BIN)/snakemake --cores $(CORES)

# Everything in one file that opens in a browser.
report: run
	$(BIN)/snakemake --report results/report.html

# Every variant of config/sensitivity.yaml, with the specification curve; not in the main run.
sensitivity: .venv/ready
	$(BIN)/snakemake --cores $(CORES) sensitivity

test: .venv/ready lint
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/mypy scripts/study
	$(BIN)/snakemake --lint

# The README's pictures, from the synthetic cohort only.
showcase: .venv/ready
	$(BIN)/snakemake --cores $(CORES) all sensitivity --config cohorts=milan
	mkdir -p results/showcase
	cp results/milan/figures/odds_ratios.svg results/milan/figures/specification_curve.svg results/showcase/

# The kernels and exact tests beside other tools, into results/benchmark; four to nine minutes.
benchmark: .venv/ready
	$(BIN)/snakemake --cores $(CORES) results/milan/cohort/analysis.parquet
	$(BIN)/python -m tests.benchmark

# Rewrite the lock from envs/requirements.in; needs uv.
lock:
	cd envs && uv pip compile --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --quiet requirements.in --output-file requirements.txt

.venv/ready: envs/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	    || { echo "The module venv is incomplete. On Debian: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv (once, about a minute) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r envs/requirements.txt
	@touch $@
