# Huimian. `make help` lists the targets; their descriptions follow ## on their line.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO ?= go

# Files are found without git: a source archive builds, and rebuilds, too.
go_sources := $(shell find cmd internal showmebug wecom web/embed.go go.mod go.sum -type f ! -name '*_test.go' ! -path '*/testdata/*' 2>/dev/null)
web_sources := $(shell find web/src web/public web/index.html web/vite.config.ts web/tsconfig.json -type f 2>/dev/null | grep -v '\.test\.tsx\?$$')
web_modules := web/node_modules/.package-lock.json
web_built := web/dist/index.html
# Begins a recipe: prints what runs, and at its end how long it took.
step = echo "== $(1)"; begin=$$SECONDS; trap 'echo "== $(1): $$((SECONDS - begin)) s"' EXIT;

# The modules beside ours: pinned tools, and other clients of WeCom that are tested or measured beside ours.
modules := $(patsubst %/go.mod,%,$(wildcard tools/*/go.mod wecom/wecomtest/clients/go.mod wecom/bench/go.mod))
modules_with_code := $(foreach dir,$(modules),$(if $(wildcard $(dir)/*.go),$(dir)))

shell_scripts := $(wildcard scripts/*.sh .ci/run)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: demo
demo: $(web_built) bin/demo ## run product, simulators of WeCom and ShowMeBug and a sample company; prints four addresses
	@scripts/demo.sh $(ARGS)

.PHONY: dev
dev: $(web_modules) bin/demo ## the same, with the front end served by Vite and reloaded as you type
	@scripts/dev.sh $(ARGS)

.PHONY: build
build: bin/huimian bin/wecomsim bin/demo ## build the programs into bin/

.PHONY: web
web: $(web_built) ## build the front end when its sources have changed

.PHONY: runsc
runsc: bin/runsc ## build the sandbox's runsc from its pinned module (minutes the first time)

.PHONY: test
test: test-go test-days test-modules test-web e2e ## everything: Go on both databases with -race, front end, browser

# The package lib is SQLite, translated from C, and memory is its allocator: no race of ours is in them, and
# instrumented they take half of the CPU time of the tests on SQLite. libc and sqlite stay instrumented: they
# have copies of generic functions of the standard library, whose synchronization the detector must see; only
# their pointer arithmetic, which is that of C, is not checked. scrypt is one computation in one goroutine.
race := -race -gcflags=modernc.org/...=-d=checkptr=0 -gcflags=modernc.org/memory=-race=false -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=golang.org/x/crypto/scrypt=-race=false

# Compilers and tests collect garbage less often: memory is there, processors are few.
test-go test-days lint: export GOGC := 400

# Packages that are built and tested at the same time: many tests wait, for PostgreSQL and for jobs.
parallel := -p $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))

.PHONY: test-go
test-go: $(web_built) bin/runsc ## Go tests with -race, on SQLite and on a throw-away PostgreSQL
	@$(call step,go test -race on SQLite and PostgreSQL) \
		scripts/compiler.sh; scripts/postgres.sh $(GO) test $(race) $(parallel) -vet=off -ldflags=-s -timeout 15m -json ./... | $(GO) run ./tools/testreport go

# The packages whose fixtures have a clock of their own, or all: DAYS_PACKAGES=./...
# By default a Sunday about a month ago and a Saturday in a year: days off on each date of the run, since the
# date of the other tests is a Monday.
DAYS ?= $(shell weekday=$$(date -u +%u); echo $$((-28 - weekday)) $$((405 - weekday)))
DAYS_PACKAGES ?= $(shell grep -rlE --include='*_test.go' 'huimian/internal/(clocktest|apptest)' cmd internal showmebug wecom | xargs -n1 dirname | sort -u | sed 's|^|./|')

.PHONY: test-days
test-days: $(web_built) ## Go tests on SQLite with the fixtures DAYS away from today (DAYS="-400 -30 -1 400")
	@$(call step,go test with fixtures $(DAYS) days from today) \
		DAYS='$(DAYS)' HUIMIAN_TEST_POSTGRES_URL= $(GO) test $(parallel) -short -vet=off -ldflags=-s -timeout 15m -exec "'$(CURDIR)/scripts/days.sh'" $(DAYS_PACKAGES)

.PHONY: questions
questions: bin/runsc ## all programs of the question library, in all languages, in the sandbox (test-go runs a sample)
	@$(call step,programs of the question library) \
		HUIMIAN_ALL_QUESTIONS=1 $(GO) test -count=1 -timeout 60m -run TestPrograms -v ./internal/question/library

# go test caches a result although a file outside of the module has changed, and these tests read such files.
.PHONY: test-modules
test-modules: ## tests of the modules beside ours: tools/, and others' WeCom clients, against the simulator and beside ours
	@for dir in $(modules); do ($(call step,$$dir) $(GO) -C "$$dir" mod verify); done
	@for dir in $(modules_with_code); do \
		($(call step,$$dir) scripts/postgres.sh $(GO) -C "$$dir" test -short -count=1 ./...); \
	done

.PHONY: test-web
test-web: $(web_built) ## unit tests of the front end, and the size of its first pages
	@$(call step,vitest) scripts/vitest.sh $(ARGS)
	@$(call step,size of the pages) npm --prefix web run --silent size

.PHONY: e2e
e2e: $(web_built) bin/demo bin/wecomsim bin/runsc ## browser tests, on both databases
	@$(call step,browser tests on SQLite and PostgreSQL) scripts/postgres.sh scripts/e2e.sh test $(ARGS)

.PHONY: flake
flake: $(web_built) bin/demo bin/wecomsim bin/runsc ## repeat tests under load: RUNS=10 LOAD=10 SUITES="go web e2e" PACKAGES=./... KEEP_GOING=1
	@RACE="$(race)" scripts/postgres.sh scripts/flake.sh

.PHONY: screenshots
screenshots: $(web_built) bin/demo bin/runsc ## shoot every page at 390 and 1440 px into docs/screenshots
	@scripts/e2e.sh screenshots

.PHONY: latency
latency: $(web_built) bin/demo ## measure a key in one browser to the text in another
	@scripts/e2e.sh latency

.PHONY: lint
lint: $(web_modules) bin/golangci-lint ## formatting, linters, types, shell scripts
	@echo "== gofmt"
	@unformatted=$$(gofmt -l *.go cmd internal showmebug tools wecom web/embed.go); \
		if [ -n "$$unformatted" ]; then echo "not formatted:"; echo "$$unformatted"; exit 1; fi
	@echo "== go mod tidy"
	@$(GO) mod tidy -diff
	@echo "== go vet of the modules beside ours" # golangci-lint runs vet's analyzers on ours
	@for dir in $(modules_with_code); do $(GO) -C "$$dir" vet ./...; done
	@echo "== golangci-lint"
	@bin/golangci-lint run --timeout 15m ./...
	@echo "== shellcheck"
	@scripts/shellcheck.sh $(shell_scripts)
	@echo "== govulncheck"
	@scripts/govulncheck.sh
	@echo "== tsc, eslint"
	@cd web && npm run --silent typecheck && npm run --silent lint

.PHONY: style
style: ## print the figures behind the style rules: sizes, names, words of comments (ARGS=-json)
	@$(GO) run ./tools/style $(ARGS)

.PHONY: bench
bench: $(web_built) bin/demo bin/runsc ## Go benchmarks; the commands behind docs/performance.md
	@$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: rehearse
rehearse: $(web_built) ## three recruiting days with faults in simulated time; writes bin/rehearsal.html (ARGS="--seed 7 --members 5000")
	@$(GO) run ./cmd/rehearse --out bin $(ARGS)

.PHONY: torture
torture: $(web_built) ## people type in rooms while processes are killed and connections are cut: three processes on PostgreSQL (ARGS="--rooms 50")
	@scripts/postgres.sh scripts/replicas.sh torture --kills 3 --restarts 3 $(ARGS)

.PHONY: load
load: $(web_built) ## people read pages, schedule interviews and type at fixed rates: three processes on PostgreSQL (ARGS="--nginx --restart 30s")
	@scripts/postgres.sh scripts/replicas.sh load $(ARGS)

.PHONY: soak
soak: ## an hour of simulated traffic through the simulator, which must not grow (about five minutes)
	@$(GO) test -run '^TestSoak$$' -v -timeout 30m ./wecom/wecomtest -args -soak 60

.PHONY: release
release: $(web_built) ## static programs for Linux, checksums, SBOM and signature (RELEASE_SIGNING_KEY) in bin/release
	@$(call step,release) scripts/release.sh bin/release

.PHONY: release-check
release-check: ## build the programs of bin/release again elsewhere, without caches, and compare the bytes
	@$(call step,release-check) scripts/release.sh --check bin/release

.PHONY: clean
clean: ## remove what was built; keeps bin/runsc, which takes long, and downloaded packages
	@find bin -mindepth 1 ! -name runsc -delete 2>/dev/null || true
	@find web/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true

$(web_modules): web/package-lock.json
	@echo "== npm ci"
	@scripts/npm.sh
	@touch $@

$(web_built): $(web_modules) $(web_sources)
	@echo "== vite build"
	@cd web && npm run --silent build

bin/huimian bin/wecomsim bin/demo: bin/%: $(go_sources) $(web_built)
	@echo "== go build ./cmd/$*"
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $@ ./cmd/$*

bin/runsc: tools/runsc/go.mod tools/runsc/go.sum
	@scripts/runsc.sh

bin/golangci-lint: tools/lint/go.mod tools/lint/go.sum
	@echo "== building golangci-lint (some minutes the first time)"
	@$(GO) -C tools/lint build -o ../../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
