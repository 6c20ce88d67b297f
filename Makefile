# make test     everything that must hold, on a bare machine with Go
# make bench    the figures
# make fuzz     each parser for a while

STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.7.0
CORE = ./ledger/...

.PHONY: test lint bench fuzz

test: lint
	go test -race ./...
	go test ./ledger/trace -run TestAgainstModel -rapid.checks=5000

lint:
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	go mod tidy -diff
	go vet ./...
	$(STATICCHECK) ./...

bench:
	go test $(CORE) -run '^$$' -bench . -benchmem -cpu 1

fuzz:
	@for p in $$(go list $(CORE)); do \
	  for f in $$(go test $$p -list '^Fuzz' | grep ^Fuzz); do \
	    go test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime 20s || exit 1; \
	  done; \
	done
