#!/bin/sh
# Every code that the sandbox and the host can give has its section in
# docs/errors.md, and no section is left of a code that is gone. What the log says
# (E-LOG-...) explains itself.
set -u
. tests/lib/tap.sh

# shellcheck disable=SC2046
grep -hoE '"E-[A-Z]+(-[A-Z]+)*"|\[E-[A-Z]+(-[A-Z]+)*\]' \
    $(find src/lua src/host src/prelude -name '*.[ch]' -o -name '*.lua' | grep -vE '_(test|bench|fuzz)\.c|_spec\.lua') |
    tr -d '"[]' | grep -v "^E-LOG-" | sort -u >"$TMPDIR/codes"
sed -n 's/^### //p' docs/errors.md | sort -u >"$TMPDIR/sections"

[ "$(wc -l <"$TMPDIR/codes")" -ge 20 ]
is "codes were found" $? 0
nothing "each code has a section" "$(comm -23 "$TMPDIR/codes" "$TMPDIR/sections")"
nothing "each section has a code" "$(comm -13 "$TMPDIR/codes" "$TMPDIR/sections")"

done_testing
