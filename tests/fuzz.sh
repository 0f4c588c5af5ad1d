#!/bin/sh
# Runs every fuzz target of the module for FUZZTIME each (30s by default).
# go test fuzzes one target at a time, hence the loop. Minimising is bounded: by default each
# interesting input is minimised for up to a minute, in which nothing new is tried.
set -eu
cd "$(dirname "$0")/.."
targets=$(git ls-files -co --exclude-standard '*_test.go' | xargs grep -Ho '^func Fuzz[A-Za-z0-9_]*' | sed 's/func //')
[ -n "$targets" ] || { echo "no fuzz targets"; exit 1; }
failed=
for target in $targets; do
	package=./$(dirname "${target%%:*}")
	name=${target##*:}
	echo "== $name in $package"
	go test -run='^$' -fuzz="^$name\$" -fuzztime="${FUZZTIME:-30s}" -fuzzminimizetime=50x "$package" || failed="$failed $name"
done
[ -z "$failed" ] || { echo "FAILED:$failed"; exit 1; }
