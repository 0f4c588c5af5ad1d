#!/usr/bin/env bash
# Builds the extension for both browsers into dist/. Flags go to tools/build:
#   ./build.sh -browser firefox -debug
# A relative path in a flag counts from the repository root.
set -euo pipefail
command -v go >/dev/null || { echo "build.sh: Go 1.26 or newer is needed: https://go.dev/dl/" >&2; exit 1; }
exec go -C "$(dirname "${BASH_SOURCE[0]}")" run ./tools/build "$@"
