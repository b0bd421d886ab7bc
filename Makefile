# The front door of clipstudy. `make` alone prints this help.
STUDY ?= $(shell sed -n 's/^study: *//p' config/workflow.yaml)
CORES ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin
SNAKEMAKE = $(BIN)/snakemake --cores $(CORES) --config study=$(STUDY)
PAPER = paper/build/$(STUDY)

.DEFAULT_GOAL := help
.PHONY: help setup test-setup paper replicate test lint unit browser integration behaviour reproduce reproduce-lock remotes failures replication report bench bench-retrieval bench-media bench-virality timings schema stages lock sync commit check-locks clean

help: ## print this help
	@echo "make <target> [STUDY=$(STUDY)] [CORES=$(CORES)]"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

setup: ## install what is missing: system tools through apt, Python packages into .venv
	@workflow/setup.sh

.venv/made-from:
	@workflow/setup.sh

paper: setup ## build everything of STUDY, up to its paper
	@$(SNAKEMAKE)
	@echo "paper:   $(PAPER)/main.pdf"
	@echo "figures: results/$(STUDY)/figures/"
	@echo "tables:  data/$(STUDY)/processed/ and results/$(STUDY)/"

replicate: ## the published study: build its paper and check it against the published results
	@$(MAKE) --no-print-directory paper STUDY=jimtok
	@$(BIN)/clipstudy check-replication results/jimtok/replication/replication.json

report: paper ## an HTML report of STUDY for a browser: its workflow, figures and paper
	@mkdir -p report
	@$(SNAKEMAKE) --quiet all --report report/$(STUDY).zip
	@$(BIN)/python -m zipfile -e report/$(STUDY).zip report
	@echo "report:  report/$(STUDY)/report.html, or packed report/$(STUDY).zip"

test: test-setup lint unit browser integration remotes failures replication behaviour reproduce ## run all checks, fast ones first (about 25 minutes on 2 cores)

test-setup: ## setup, and what only the tests need
	@workflow/setup.sh tests

lint: ## format, style, types, layers, spelling
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check Snakefile workflow/rules
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/codespell

unit: ## fast tests of every module
	@$(BIN)/pytest -q -n $(CORES) tests/unit

browser: ## the scraper in a real headless browser, on a replica of the site
	@$(BIN)/pytest -q tests/browser

integration: ## a tiny study end to end, through the workflow
	@$(BIN)/pytest -q tests/integration

behaviour: ## what snakemake, dvc repro, make sync and make commit do, in clones in which mini is built
	@$(BIN)/pytest -q --timeout 1800 tests/behaviour

reproduce: .venv/made-from ## build mini twice under different conditions, and compare every byte
	@$(BIN)/python workflow/reproduce.py

reproduce-lock: .venv/made-from ## build STUDY from nothing in a clean copy, and compare it with its dvc.lock
	@$(BIN)/python workflow/reproduce_lock.py $(STUDY)

remotes: ## DVC remotes on this machine: a folder, a real sshd, a server that speaks S3
	@$(BIN)/pytest -q -n $(CORES) tests/remotes

failures: ## a full disk, a read-only one, a missing tool, no network, a wrong Python: what is said
	@$(BIN)/pytest -q -n $(CORES) tests/failures

replication: ## the published study against the published results; needs the sources (CLIPSTUDY_SOURCES or the network)
	@if [ -n "$$CLIPSTUDY_SOURCES" ] || [ -d data/jimtok/raw ]; then $(BIN)/pytest -q tests/replication; \
	else echo "replication: not run, no published sources at hand; set CLIPSTUDY_SOURCES to a folder that has them"; fi

bench: bench-retrieval bench-media bench-virality ## measure speed and memory beside peers

bench-retrieval: setup ## the grid against a plain port; 4-grams against tantivy, bm25s, scikit-learn
	@$(BIN)/python benchmarks/bench_retrieval.py results/bench/retrieval.json

bench-media: setup ## covers and speech read against the published loops
	@$(BIN)/python benchmarks/bench_media.py results/bench/media.json

bench-virality: setup ## raw feed lines to all tables, at the published size and at ten million
	@$(BIN)/python benchmarks/bench_virality.py results/bench/virality.json

timings: setup ## measure every index alone, and record it for the paper (results/STUDY/headline/index_timings.json)
	@$(SNAKEMAKE) --force time_indexes
	@mkdir -p results/$(STUDY)/headline && cp results/$(STUDY)/timings/index_timings.json results/$(STUDY)/headline/

schema: ## write config/schema.json anew from the models
	@$(BIN)/clipstudy schema > config/schema.json

lock: ## resolve requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --group dev --group bench \
	    --custom-compile-command "make lock" pyproject.toml -o requirements.lock

stages: ## write the DVC stages of STUDY anew from the rules of Snakemake
	@$(BIN)/python workflow/stages.py $(STUDY)

sync: .venv/made-from ## take over the artefacts of STUDY as its dvc.lock tells them, from the remote or the cache
	@$(BIN)/python workflow/versions.py sync $(STUDY)

commit: ## tell DVC of the artefacts that a plain snakemake run made
	@$(BIN)/python workflow/versions.py commit $(STUDY)

check-locks: ## say which stages of which studies have a lock that was made from other code or configuration; needs no data
	@$(BIN)/python workflow/versions.py check

clean: ## remove what can be built again (not raw data, not a scrape or crawl under way, not the environment)
	@rm -rf logs report .snakemake data/*/processed paper/build
	@find data -mindepth 3 -maxdepth 3 -path '*/interim/*' ! -name crawl ! -name scrape -exec rm -rf {} +
	@find results -mindepth 2 -maxdepth 2 -type d ! -name headline -exec rm -rf {} +
