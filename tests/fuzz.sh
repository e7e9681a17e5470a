#!/bin/sh
# Every fuzz target, shortly: its corpus and changed copies of it. The long run
# is make soak's, with libFuzzer.
set -u
. tests/lib/tap.sh

for source in src/*/*_fuzz.c; do
    target=${source#src/}
    target=${target%.c}
    corpus=tests/fuzz/corpus/${target##*/}
    runs=$("$BUILD/short/$target" 2 "$corpus" 2>"$TMPDIR/err")
    status=$?
    is "$target takes whatever comes" "$status $(tail -n 3 "$TMPDIR/err")" "0 "
    [ "${runs:-0}" -ge 20 ]
    is "and it was ${runs:-0} inputs" $? 0
done
done_testing
