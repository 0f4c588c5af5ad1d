#!/bin/sh
# Runs the checks and tests, quick ones first: `run.sh lint` those that only
# read the sources, `run.sh all` everything. Every step runs even after one has
# failed; the last line says which did, and the exit status is then 1.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/tests/node_modules/.bin:$PATH"
failed=

step() { # step NAME COMMAND...
	name=$1
	shift
	start=$(date +%s)
	echo "== $name"
	if "$@"; then
		echo "== $name: ok, $(($(date +%s) - start)) s"
	else
		echo "== $name: FAILED, $(($(date +%s) - start)) s"
		failed="$failed, $name"
	fi
}

formatted() {
	unformatted=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l) && [ -z "$unformatted" ] && return
	echo "gofmt wants to change: $unformatted"
	return 1
}
vet_js() { GOOS=js GOARCH=wasm go vet ./wasm/... && GOOS=js GOARCH=wasm go vet -tags faults ./wasm/background ./wasm/downloader; }
types() { # one program per world that the scripts run in
	status=0
	for project in tests/tsconfig.json tests/tsconfig.*.json; do
		tsc -p "$project" || status=1
	done
	return $status
}
web_ext() { web-ext lint --no-config-discovery --warnings-as-errors --source-dir dist/firefox; }
js_tests() { # js_tests CONCURRENCY DIRECTORY: a directory without tests is a failure
	set -- "$1" "$2"/*.test.js
	[ -e "$2" ] || { echo "no $2"; return 1; }
	concurrency=$1
	shift
	node --test --test-concurrency="$concurrency" "$@"
}
browser_package() {
	GOOS=js GOARCH=wasm go test -exec="$(go env GOROOT)/lib/wasm/go_js_wasm_exec" ./wasm/internal/browser/
}

step "gofmt" formatted
step "go vet" go vet ./...
step "go vet for js/wasm" vet_js
step "tsc --checkJs" types
step "build" ./build.sh
step "web-ext lint" web_ext
if [ "${1-all}" = all ]; then
	step "shim tests under Node" js_tests 2 tests/shim
	step "browser package under Node" browser_package
	step "panel alone" js_tests 2 tests/panel
	step "go test -race" go test -race -count=1 ./...
	step "both browsers against the replica" js_tests 1 tests/e2e
fi

if [ -n "$failed" ]; then
	echo "FAILED: ${failed#, }"
	exit 1
fi
echo "all passed"
