#!/bin/sh
# alone
# Every C file, tests included, is clean under clang too; make check itself has
# compiled them with gcc and -Werror.
set -u
. tests/lib/tap.sh

if [ -n "${SAN:-}" ]; then
    skip 'clang compiles everything without a warning' 'done by the build without sanitizers'
    done_testing
fi
flavour="$BUILD/clang"
objects() {
    make --no-print-directory -k -j2 BUILD="$flavour" DEPS="$DEPS" LUA="$LUA" CC=clang CFLAGS=-O0 WERROR=-Werror "$@"
}
check 'clang compiles everything without a warning' objects objects
mkdir -p "$TMPDIR/src/base"
printf 'int planted(int x);\nint planted(int x) { unsigned char c = x; return c; }\n' >"$TMPDIR/planted.c"
check_not 'a planted narrowing is an error' \
    clang $(sed -n 's/.*\(-std=c17.*-Wswitch-enum\).*/\1/p' "$flavour/flags") -Werror -fsyntax-only "$TMPDIR/planted.c"

done_testing
