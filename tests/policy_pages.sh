#!/bin/sh
#
# policy_pages.sh - docs/policies is what the policies say today.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib/tap.sh

work=$TMPDIR/pages
mkdir -p "$work"
check "each registered policy makes a page" scripts/write-policies "$work"
for page in docs/policies/*.md; do
    name=${page##*/}
    [ -f "$work/$name" ] || flunk "$page is the page of a policy" "no registered policy makes it: remove it"
done
for page in "$work"/*.md; do
    name=${page##*/}
    is "docs/policies/$name is in step: else run scripts/write-policies" \
        "$(diff "docs/policies/$name" "$page" 2>&1 | head -20)" ""
done
nothing "no page says what it has no word for" "$(grep -n ' ? ' "$work"/*.md | head -5)"
done_testing
