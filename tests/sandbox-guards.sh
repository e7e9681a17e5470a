#!/bin/sh
# Every C function that Lua can call is either guarded, so that the hard end of
# time cannot cut it in two, or on the reviewed list of those that touch nothing
# but the interpreter (tests/sandbox/pure.txt). Nobody can forget one: a new
# function is in neither place until somebody decides.
set -u
. tests/lib/tap.sh

list=tests/sandbox/pure.txt
sources=$(find src/lua -maxdepth 1 -name 'lua_*.c' ! -name '*_test.c' ! -name '*_bench.c' ! -name '*_fuzz.c' | sort)

# "function" and the text of its body, one line each, tabs between.
# shellcheck disable=SC2086
awk '
    /^(static )?int [a-z_0-9]+\(lua_State \*L\)$/ {
        name = $0
        sub(/\(lua_State.*/, "", name)
        sub(/.*int /, "", name)
        body = ""
        inside = 1
        next
    }
    inside { line = $0; gsub(/\t/, " ", line); body = body " " line }
    inside && /^}/ { print name "\t" body; inside = 0 }
' $sources >"$TMPDIR/functions"

listed() { grep -v '^#' "$list" | awk -v kind="$1" '$1 == kind { print $2 }' | sort; }

cut -f1 "$TMPDIR/functions" | sort >"$TMPDIR/names"
# shellcheck disable=SC2016
awk -F '\t' '$2 ~ /host_enter\(\)/ && $2 ~ /host_leave\(\)/ { print $1 }' "$TMPDIR/functions" |
    sort >"$TMPDIR/guarded"
listed pure >"$TMPDIR/pure"
listed calls-guarded >"$TMPDIR/calls"
sort -u "$TMPDIR/guarded" "$TMPDIR/pure" "$TMPDIR/calls" >"$TMPDIR/decided"

[ "$(wc -l <"$TMPDIR/names")" -ge 20 ]
is "functions were found" $? 0
nothing "each function that Lua can call is guarded or on the list" \
    "$(comm -23 "$TMPDIR/names" "$TMPDIR/decided")"
nothing "the list names no function that is gone" \
    "$(comm -13 "$TMPDIR/names" "$TMPDIR/decided")"
nothing "no function is both" "$(comm -12 "$TMPDIR/guarded" "$TMPDIR/pure")"

# A pure function may not even mention what must not be cut.
while IFS='	' read -r name body; do
    grep -qx "$name" "$TMPDIR/pure" || continue
    printf '%s\n' "$body" | grep -qE \
        '(malloc|calloc|realloc|[^a-z_]free|fopen|fputs|[^n]printf|sqlite3_[a-z]+|buf_[a-z]+|pool_[a-z]+|eval_[a-z]+|strtod|qsort)\(' &&
        printf '%s\n' "$name"
done <"$TMPDIR/functions" >"$TMPDIR/impure"
nothing "a pure function calls nothing that must not be cut" "$(cat "$TMPDIR/impure")"

# What is listed as calling a guarded helper calls one: a function of the same
# file, in which host_enter() stands.
# shellcheck disable=SC2086
awk '
    /^[a-z].*[a-z_0-9]+\(.*/ && !/;$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
    /host_enter\(\)/ { print name }
' $sources | sort -u >"$TMPDIR/helpers"
while read -r name; do
    body=$(awk -F '\t' -v name="$name" '$1 == name { print $2 }' "$TMPDIR/functions")
    found=no
    while read -r helper; do
        case $body in *"$helper("*) found=yes ;; esac
    done <"$TMPDIR/helpers"
    [ $found = yes ] || printf '%s\n' "$name"
done <"$TMPDIR/calls" >"$TMPDIR/unguarded"
nothing "what relies on a guarded helper calls one" "$(cat "$TMPDIR/unguarded")"

done_testing
