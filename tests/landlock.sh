#!/bin/sh
# On a kernel without Landlock no worker starts, unless the operator says so; then
# every command and every record of the log says so too.
set -u
. tests/lib/tap.sh

case=tests/cases/smallest.json
without=$TMPDIR/without
check "a kernel without Landlock is made up" "$CC" -std=c17 -D_GNU_SOURCE -Wall -o "$without" \
    tests/lib/without_landlock.c

landlock_of() { # what the last record says
    "$RUBRIC" audit show "$(jq .receipt.index "$TMPDIR/out")" --json |
        jq -c '(.core | if type == "string" then fromjson else . end).landlock'
}

"$without" "$RUBRIC" review --json "$case" >"$TMPDIR/out" 2>"$TMPDIR/err"
is "no worker starts there" "$? $(cat "$TMPDIR/err")" \
    "5 rubric: this kernel has no Landlock for the worker
  help: a kernel of 5.13 or later has it; 'rubric --no-landlock COMMAND' goes without, see docs/security.md
  (E-LANDLOCK)"

"$without" "$RUBRIC" --no-landlock review --json "$case" >"$TMPDIR/out" 2>"$TMPDIR/err"
is "the operator's word starts it, loudly" "$? $(cat "$TMPDIR/err")" "0 rubric: warning: this kernel \
has no Landlock; as --no-landlock asks, the filter of system calls stands alone"
is "and on the record" "$(landlock_of)" "false"
RUBRIC_NO_LANDLOCK=1 "$without" "$RUBRIC" codes expand 'M54.1*' >"$TMPDIR/out" 2>"$TMPDIR/err"
is "a variable says it for all commands" "$?" 0

"$RUBRIC" --no-landlock review --json "$case" >"$TMPDIR/out" 2>"$TMPDIR/err"
is "where there is Landlock the word changes nothing" "$? $(cat "$TMPDIR/err")" "0 "
is "nor does the record" "$(landlock_of)" "null"
done_testing
