#!/bin/sh
#
# limits.sh - a policy may ask for less than the default limits, only the
# registry gives more, and the audit record says which were in force.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/limits
mkdir -p "$work/policies"
export RUBRIC_HOME="$work/home"
case=tests/cli/example.json

policy() { # limits body-of-the-function
    cat <<LUA
policy "example.limits" {
  title = "Limits", source = "Example 3", in_force = { from = "2025-01-01" },
  covers = codes { "cpt:64483" },
  limits = $1,
}
criterion "works" {
  cite = "1", says = "It ends.", ask = "Nothing.", reads = { "pain.score" },
  met = function(case)
    $2
    return met("done")
  end,
}
LUA
}

answer() { jq -r '[.recommendation, .error.id // "", .error.message // ""] | join(" ")' "$work/out"; }

policy '{ time_ms = 20 }' 'while true do end' >"$work/short.lua"
rubric review --json --policy "$work/short.lua" "$case" >"$work/out" 2>"$work/err"
is "a policy's own shorter time ends it" "$(answer)" \
    "refer E-LIMIT-TIME short.lua:9: stopped: 20 ms were not enough (limit time_ms = 20)"
index=$(jq .receipt.index "$work/out")
is "the record says which limits were in force" \
    "$(rubric audit show "$index" --json | jq -c '.core.limits // (.core | fromjson).limits')" \
    '{"memory_mib":32,"time_ms":20}'

policy '{ memory_mib = 4 }' 'local t = {} for i = 1, 1e7 do t[i] = i end' >"$work/small.lua"
rubric review --json --policy "$work/small.lua" "$case" >"$work/out" 2>"$work/err"
is "and its own smaller memory" "$(answer)" \
    "refer E-LIMIT-MEMORY small.lua:9: stopped: more than 4 MiB of memory (limit memory_mib = 4)"

policy '{ time_ms = 251 }' 'return met("x")' >"$work/more.lua"
check_not "it may not ask for more" rubric check "$work/more.lua"

# About half a second of work, which the default does not give.
policy '{ memory_mib = 16 }' 'local s = 0 for i = 1, 4e7 do s = s + i % 7 end' \
    >"$work/policies/example.lua"
registry() { # limits
    cat >"$work/policies/registry.lua" <<LUA
payer "example" { names = { "Example Payer" } }
register "example.limits" {
  file = "example.lua", payer = "example", in_force = { from = "2025-01-01" },
  limits = $1,
}
LUA
}
named() {
    rubric review --json --policies "$work/policies" --policy example.limits "$case" \
        >"$work/out" 2>"$work/err"
}
registry '{ memory_mib = 32 }'
named
is "long work goes over the default" "$(answer | cut -d' ' -f1,2)" "refer E-LIMIT-TIME"
registry '{ time_ms = 30000 }'
named
is "the operator may give it more time in the registry" "$(answer)" "approve  "
done_testing
