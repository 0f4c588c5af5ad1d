# One word each: `make help` lists them.
.PHONY: build demo test bench fuzz lint clean help
FUZZTIME ?= 30s
export FUZZTIME

build: ## the extension for both browsers, into dist/ (the default)
	./build.sh

demo: ## try it in a browser, without an account or a network
	sh tests/setup.sh
	./build.sh
	node tests/demo.js

test: ## every check and test, quick ones first
	sh tests/setup.sh
	sh tests/run.sh all

bench: ## the budgets, measured
	sh tests/setup.sh
	npm ci --silent --prefix tests/bench/download
	./build.sh
	node tests/bench/run.js

fuzz: ## each fuzz target for FUZZTIME (30s)
	sh tests/fuzz.sh

lint: ## only what needs no test: vet, formatting, types, web-ext
	sh tests/setup.sh
	sh tests/run.sh lint

clean: ## remove what was built
	rm -rf dist tests/out

help: ## this list
	@sed -n 's/^\([a-z]*\): ## /\1\t/p' Makefile
