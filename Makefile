# Every target is one command; what it needs it installs itself (see scripts/deps). `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# A folder of pictures and the port to serve at. `value` keeps a $ in a path what it is.
override PHOTOS := $(value PHOTOS)
PORT ?= 8000
export PHOTOS PORT

.PHONY: help
help: ## List the targets
	@scripts/help $(MAKEFILE_LIST)

.PHONY: run
run: ## Build, index and serve PHOTOS=FOLDER (default: sample photographs) at http://127.0.0.1:PORT (8000)
	@exec scripts/run

.PHONY: test
test: ## Run every test: unit, integration and browser
	@exec scripts/test

.PHONY: test-tsan
test-tsan: ## Run the vector index's concurrency tests under thread sanitizer
	@exec scripts/test-tsan

.PHONY: build
build: ## Build the release program, .build/release/glimpse
	@exec scripts/build release

.PHONY: deps
deps: ## Install what building and running need, and nothing else
	@exec scripts/deps build run

.PHONY: bench
bench: ## Measure against the Python reference and write docs/benchmarks.md (needs ../shared/data)
	@exec scripts/bench

.PHONY: bench-vectors
bench-vectors: ## Measure the vector index against faiss-cpu, hnswlib and usearch (an hour and a half; needs ../shared/data)
	@exec scripts/bench-vectors

.PHONY: fmt
fmt: ## Format the Swift sources in place
	@exec scripts/fmt

.PHONY: lint
lint: ## Check the format of the Swift sources and the shell scripts
	@exec scripts/lint

.PHONY: clean
clean: ## Remove what was built; downloads in .deps stay
	@exec scripts/clean
