#!/bin/sh
#
# replay.sh - a logged answer is computed again from the home folder alone: after
# the policy was revised, without a policies folder, after an erasure.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/replay
mkdir -p "$work/policies"
export RUBRIC_HOME="$work/home"
case=tests/cli/example.json
cp tests/cli/example.lua "$work/policies/example.lua"
cat >"$work/policies/registry.lua" <<'LUA'
payer "example" { names = { "Example Payer" } }
register "example.epidural" {
  file = "example.lua", payer = "example", in_force = { from = "2025-01-01" },
}
LUA
jq '.coverage = {payor: "Example Payer", src: ["s1"]}' "$case" >"$work/insured.json"
review() { rubric review --json --policies "$work/policies" "$@"; }

review "$work/insured.json" >"$work/first"
index=$(jq .receipt.index "$work/first")
is "an answer replays to the same bytes" "$(rubric replay "$index")" \
    "entry $index: the same answer, byte for byte"

sed -i 's/points(4)/points(9)/' "$work/policies/example.lua"
review "$work/insured.json" >"$work/second"
is "a revised policy answers otherwise" \
    "$(jq -r .recommendation "$work/first" "$work/second" | xargs)" "approve refer"
is "the old answer replays under the old policy" \
    "$(rubric replay --policies "$work/policies" "$index")" \
    "entry $index: the same answer, byte for byte"
check_not "the two are different policies by hash" \
    test "$(jq -r .policy.sha256 "$work/first")" = "$(jq -r .policy.sha256 "$work/second")"

mkdir -p "$work/elsewhere"
cp -r "$work/home" "$work/elsewhere/home"
mkdir -p "$work/elsewhere/policies"
is "the home folder alone is enough" \
    "$(cd "$work/elsewhere" && rubric replay --home home --policies policies "$index")" \
    "entry $index: the same answer, byte for byte"

rubric review --json --as-of 2026-01-02 --policy tests/cli/example.lua "$case" >"$work/out"
is "the day and the file that were asked for are kept" \
    "$(rubric replay "$(jq .receipt.index "$work/out")" | cut -d: -f2)" " the same answer, byte for byte"
is "all of them at once" "$(rubric replay --all)" \
    "3 the same, 0 different, 0 erased, 0 that could not be run"
is "or those since a day" "$(rubric replay --all --since 2999-01-01)" \
    "0 the same, 0 different, 0 erased, 0 that could not be run"
is "as JSON, one line each" "$(rubric replay --all --json | jq -r .result | sort | uniq -c | xargs)" "3 same"

rubric audit erase --entry "$index" --labels input --basis misfiled-document --approver privacy --yes \
    >"$work/out" 2>"$work/err"
is "a case can be erased" "$? $(cat "$work/err")" "0 "
is "its replay says so" "$(rubric replay "$index")" \
    "entry $index: erased: the log no longer holds the case or the answer"
is "and the others still run" "$(rubric replay --all | tail -1)" \
    "2 the same, 0 different, 1 erased, 0 that could not be run"
count=$(rubric audit list | wc -l)
is "a replay writes nothing on the log" "$(rubric replay --all >/dev/null; rubric audit list | wc -l)" "$count"
rubric replay --all --record >"$work/out"
is "unless it is asked to" "$(rubric audit list --kind access --json | jq -c '.core | .purpose, .replayed' | xargs)" \
    "replay {different:0,erased:1,failed:0,same:2,unchecked:0}"

is "a home folder that is not there is not made" \
    "$(rubric replay --home "$work/none" 4 2>&1 | sed -n 1p; ls "$work/none" 2>&1 | grep -c 'No such')" \
    "rubric: there is no home folder '$work/none'
1"
rubric replay 0 >"$work/out" 2>"$work/err"
is "what is no determination is not replayed" "$? $(head -1 "$work/err")" \
    "2 rubric: entry 0 is a record of kind 'log.init', not a determination"
rubric replay --all 3 >"$work/out" 2>"$work/err"
is "--all with an index is a mistake" "$?" 2
done_testing
