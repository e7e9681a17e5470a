#!/bin/sh
#
# coverage.sh - of the shipped policies the specs have seen every criterion met, not
# met and undocumented, every pathway and safeguard at work and at rest, both sides
# of every parameter, and of every code set a member, a near miss and an ended code.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib/tap.sh

"$RUBRIC" test --coverage --json policies >"$TMPDIR/coverage" 2>"$TMPDIR/specs"
check "the specs ran, and were looked at" test -s "$TMPDIR/coverage"

lacking() { # kind
    jq -r --arg kind "$1" '.files[] | .file as $file | .items[] | select(.kind == $kind and (.lacks | length) > 0)
        | "\($file): \(.name): \(.lacks | join(", "))"' "$TMPDIR/coverage"
}
for kind in criterion pathway safeguard parameter "code set"; do
    nothing "no $kind lacks a test: rubric test --coverage says more" "$(lacking "$kind")"
done
check "there is something to look at" test "$(jq '.summary.criteria[1]' "$TMPDIR/coverage")" -gt 300
done_testing
