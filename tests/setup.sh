#!/bin/sh
# Installs what the tests and the demo need and this machine lacks: browsers
# and desktop tools (apt), JavaScript tools (npm), Go modules. Says what it
# does; says nothing when nothing is missing. Safe to run again.
set -eu
cd "$(dirname "$0")"

say() { echo "setup: $*" >&2; }
die() { say "$*"; exit 1; }

# Go and Node come from their makers, not from here: distributions' are old.
# at_least HAVE WANT compares two versions.
at_least() {
	[ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}
command -v go >/dev/null || die "Go 1.26 or newer is needed: https://go.dev/dl/"
have=$(go env GOVERSION) # asked inside the module, so a newer toolchain that Go fetched counts
at_least "${have#go}" 1.26 || die "Go 1.26 or newer is needed, this is $have: https://go.dev/dl/"
command -v node >/dev/null || die "Node 20 or newer is needed: https://nodejs.org/"
have=$(node --version)
at_least "${have#v}" 20.11 || die "Node 20.11 or newer is needed, this is $have: https://nodejs.org/"
command -v npm >/dev/null || die "npm is needed; it comes with Node: https://nodejs.org/"

# Debian packages: command (or file) that shows one is there, then its name.
# gcc is for the race detector.
missing=
need() {
	command -v "$1" >/dev/null || [ -e "$1" ] || missing="$missing $2"
}
need chromium chromium
need firefox-esr firefox-esr
# Firefox lists its own window to a driver, which the tests click the toolbar in, only in later versions than
# the extension itself asks for.
have=$(firefox-esr --version 2>/dev/null | sed 's/[^0-9]*\([0-9.]*\).*/\1/')
[ -z "$have" ] || at_least "$have" 153 || missing="$missing firefox-esr"
need Xvfb xvfb
need openbox openbox
need xdotool xdotool
need xclip xclip
need ffmpeg ffmpeg
need mpv mpv
need curl curl
need wget wget
need aria2c aria2
need yt-dlp yt-dlp
need aria2c aria2
need gcc gcc
need /usr/include/stdlib.h libc6-dev
need /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk
need /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf fonts-noto-core
if [ -n "$missing" ]; then
	command -v apt-get >/dev/null ||
		die "missing:$missing. There is no apt-get here: install them by your system's means, then run this again."
	root=
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null || die "missing:$missing. Install them as root (apt-get install$missing), then run this again."
		root=sudo
	fi
	say "installing$missing"
	# First the package lists: they may be absent, or so old that the browsers they name are too.
	$root apt-get update -qq || say "the package lists could not be refreshed"
	# shellcheck disable=SC2086 # names are words to split
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null ||
		die "apt-get could not install$missing"
fi

# npm writes this file last; older than the lock, or not there: install anew.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	say "npm ci in tests/"
	npm ci --silent || die "npm ci failed in tests/: run it there to see why"
fi

go mod download || die "go mod download failed"
