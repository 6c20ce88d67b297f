# make test     everything that must hold, on a bare machine with Go
# make bench    the table of figures; make bench-large with ten million flows
# make docs     the OpenAPI document, anew
# make interop  programs that others wrote, against a running server; make test does it too
# make fuzz     every parser, for a while

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.7.0
PACKAGES = ./...

.PHONY: test tools lint docs docs-fresh bench bench-large fuzz interop

# Tests that look at every page. With the race detector, under which a page costs twenty
# times as much, they take each sixth; make test has them see all of them once without it,
# in half a minute.
SWEEPS = ^Test(Masked|ThirdLanguage|Crawl|FiguresLead|FlowSums|FlowFiles|Home|Organizations?|Projects?|ProjectLinks|ProjectSearch|SearchNames|Statistics)$$

# Many tests wait for a disk, a network or a browser: three packages at a time keep two
# cores busy. What the race detector checks of pointers in SQLite, which is C by another
# name, takes a third of the time and has nothing to find in ours.
test: tools lint docs-fresh
	go test -race -gcflags=modernc.org/sqlite/lib=-d=checkptr=0 -p 3 -timeout 30m ./...
	go test ./ledger/trace -run TestAgainstModel -rapid.checks=5000
	go test ./explorer -run '$(SWEEPS)'

# What tests need beside Go: a C compiler for the race detector, PostgreSQL's server, a
# browser, and curl for the guides.
tools:
	@command -v gcc >/dev/null || $(MAKE) install PACKAGE="gcc libc6-dev"
	@command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || $(MAKE) install PACKAGE=postgresql
	@command -v chromium >/dev/null || $(MAKE) install PACKAGE="chromium fonts-noto-cjk"
	@command -v curl >/dev/null || $(MAKE) install PACKAGE="curl ca-certificates"

.PHONY: install
install:
	@command -v apt-get >/dev/null || { echo "install $(PACKAGE) with this system's packages, then run again" >&2; exit 1; }
	@root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	$$root apt-get update -q && $$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $(PACKAGE)

lint:
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	go mod tidy -diff
	go vet ./...
	$(STATICCHECK) ./...

# The OpenAPI document, out of the comments in api; its examples are real answers, which
# the test of the contract writes and replays.
docs:
	go tool swag init -q -g docs.go -d ./api,./ledger,./ledger/account,./ledger/book,./api/access -o docs --outputTypes json --overridesFile docs/.swaggo
	go test -timeout 3m ./api -run TestContract -update

# Fails where the document is not what the comments say.
docs-fresh:
	@kept=$$(mktemp -d) && cp -R docs $$kept && $(MAKE) -s docs && \
	{ diff -rq $$kept/docs docs || { echo "docs/ was stale: it is written anew, commit it" >&2; exit 1; }; }; rm -rf $$kept

# One table, kept in docs/benchmarks.md with the machine.
bench:
	go run ./docs/benchmarks

# Writing, reading and pages with a book of ten million flows; MINGZHANG_FLOWS makes it
# another number.
bench-large: export MINGZHANG_FLOWS ?= 10000000
bench-large:
	go test ./ledger/store -run '^$$' -bench Large -benchtime 1x -timeout 4h
	go test ./explorer -run '^$$' -bench Page -benchtime 500x -timeout 4h

# Tessera's fsck and mirror, and litewitness; built once, which takes a minute or two.
interop:
	go test -count=1 -timeout 20m ./ledger/proof/interop

fuzz:
	@for p in $$(go list $(PACKAGES)); do \
	  for f in $$(go test $$p -list '^Fuzz' | grep ^Fuzz); do \
	    go test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime 20s || exit 1; \
	  done; \
	done
