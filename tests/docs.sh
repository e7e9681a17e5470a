#!/bin/sh
#
# docs.sh - every command line and file shown in README.md and docs/*.md is
# tried: tests/lib/docs.lua says how.
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-$PWD/build}
case $BUILD in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
PATH=$BUILD:$PATH
export PATH BUILD
exec lua5.4 tests/lib/docs.lua README.md docs/*.md
