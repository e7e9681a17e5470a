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
    "refer E-LIMIT-TIME short.lua:8: stopped: 20 ms were not enough (limit time_ms = 20)"
index=$(jq .receipt.index "$work/out")
is "the record says which limits were in force" \
    "$(rubric audit show "$index" --json | jq -c '.core.limits // (.core | fromjson).limits')" \
    '{"memory_mib":32,"result_kib":1024,"time_ms":20,"trace_kib":64}'

policy '{ memory_mib = 4 }' 'local t = {} for i = 1, 1e7 do t[i] = i end' >"$work/small.lua"
rubric review --json --policy "$work/small.lua" "$case" >"$work/out" 2>"$work/err"
is "and its own smaller memory" "$(answer)" \
    "refer E-LIMIT-MEMORY small.lua:9: stopped: more than 4 MiB of memory (limit memory_mib = 4)"

# No two runs are cut at the same instruction: the answer names the function.
policy '{ time_ms = 20 }' 'local n = 0
    while true do
      n = n + 1
      n = n * 3
      n = n - 1
      n = (("x"):rep(2000)):find((".-"):rep(3) .. "y") or n
    end' >"$work/lines.lua"
for run in 1 2 3 4 5 6; do
    rubric review --json --trace --policy "$work/lines.lua" "$case" 2>"$work/err.$run" >"$work/out"
    sed 's/,"receipt":.*//' "$work/out" >"$work/lines.$run"
    cmp -s "$work/lines.1" "$work/lines.$run" || break
done
is "a stop gives the same bytes wherever it comes" "$run" 6
is "the line that was running is traced" "$(cat "$work"/err.* | grep -cE \
    '^trace: lines.lua(:(9|1[0-5]): stopped here|: stopped inside a library call)$')" 6
check "and it replays" rubric replay "$(jq .receipt.index "$work/out")"

policy '{ trace_kib = 1 }' 'for i = 1, 100 do trace("n", i) end' >"$work/trace.lua"
rubric review --json --policy "$work/trace.lua" "$case" >"$work/out" 2>"$work/err"
nothing "what functions trace is not shown unasked" "$(cat "$work/err")"
rubric review --json --trace --policy "$work/trace.lua" "$case" >"$work/out2" 2>"$work/err"
is "with --trace it is, with its line" "$(sed -n 1p "$work/err")" "trace: trace.lua:9: n 1"
is "and cut at trace_kib" "$(tail -n 1 "$work/err") $(($(wc -c <"$work/err") < 1800))" \
    "trace: ... cut: there is more 1"
is "the answer is the same" "$(sed 's/,"receipt":.*//' "$work/out2")" \
    "$(sed 's/,"receipt":.*//' "$work/out")"
policy '{ trace_kib = 1 }' 'for i = 1, 1000 do trace("n", i) end' >"$work/flood.lua"
rubric review --json --policy "$work/flood.lua" "$case" >"$work/out" 2>"$work/err"
is "four times as much is the end" "$(answer)" "refer E-LIMIT-OUTPUT flood.lua:9: stopped: more \
than four times the lines that may be traced (limit trace_kib = 1)"
policy '{ time_ms = 250 }' 'trace("\27[2J\u{202e}", {}, nil, "\xff", case)' >"$work/odd.lua"
rubric review --json --trace --policy "$work/odd.lua" "$case" 2>"$work/err" >/dev/null
is "a traced text does nothing to a terminal" "$(cat "$work/err")" \
    'trace: odd.lua:9: ?[2J\u{202E} table nil ? userdata'

policy '{ result_kib = 1 }' 'if true then return met(("long "):rep(200)) end' >"$work/large.lua"
rubric review --json --policy "$work/large.lua" "$case" >"$work/out" 2>"$work/err"
is "an answer that is too large is none" "$(answer)" "refer E-LIMIT-RESULT large.lua: the answer \
is larger than 1 KiB at schema (limit result_kib = 1)"
long=$(printf '%0999d' 0)
sed "s/It ends/$long/" "$work/large.lua" >"$work/larger.lua"
rubric review --json --policy "$work/larger.lua" "$case" >"$work/out" 2>"$work/err"
is "and the value that was too much is named" "$(answer)" "refer E-LIMIT-RESULT larger.lua: the \
answer is larger than 1 KiB at criteria[0].says (limit result_kib = 1)"

# The declarations keep nothing that is copied before each request for nothing.
{
    echo 'local big = ("x"):rep(9 << 20)'
    policy '{ time_ms = 250 }' 'trace(#big)'
} >"$work/big.lua"
is "what stays after loading has a limit too" "$(rubric check "$work/big.lua" 2>&1 | sed 1q)" \
    "$work/big.lua: what is kept after loading is larger than 8 MiB"

policy '{ time_ms = 251 }' '' >"$work/more.lua"
check_not "it may not ask for more" rubric check "$work/more.lua"
policy '{ load_ms = 100 }' '' >"$work/more.lua"
check_not "nor say how long it may load" rubric check "$work/more.lua"

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

# Loading has a limit of its own, which only the registry changes.
{
    policy '{ time_ms = 250 }' ''
    echo 'local s = 0 for i = 1, 3e7 do s = s + i % 7 end'
} >"$work/policies/example.lua"
registry '{ load_ms = 100 }'
named
is "a load that takes too long is stopped" "$(sed 1q "$work/err")" "rubric: example.lua:13: \
stopped: 100 ms were not enough (limit load_ms = 100)"
registry '{ load_ms = 10000 }'
named
is "the operator may give a load more time" "$(answer)" "approve  "

# How large a case may be stands in the registry for all of it.
registry_with() { # what follows the entries
    registry '{ time_ms = 250 }'
    printf '%s\n' "$1" >>"$work/policies/registry.lua"
}
sized() { # bytes: the case, with blanks behind it
    tr '\n' ' ' <"$case" >"$work/sized.json"
    printf '%*s' "$(($1 - $(wc -c <"$work/sized.json")))" '' >>"$work/sized.json"
}
policy '{ time_ms = 250 }' '' >"$work/policies/example.lua"
cp "$work/policies/example.lua" "$work/own.lua"
mib=1048576
review_sized() { # more options of review
    rubric review --json --policies "$work/policies" "$@" "$work/sized.json" >"$work/out" 2>"$work/err"
    echo "$? $(answer)$(sed -n 1p "$work/err")"
}
batch_sized() {
    rubric batch --policies "$work/policies" --policy example.limits "$work/sized.json" \
        >"$work/out" 2>"$work/err"
    echo "$? $(jq -r '[.recommendation, .error.code, .error.message] | join(" ")' "$work/out")"
}
named='--policy example.limits'
registry_with ''
sized $((8 * mib))
# shellcheck disable=SC2086
is "a case of 8 MiB is taken where nothing is said" "$(review_sized $named)" "0 approve  "
is "also in a batch" "$(batch_sized)" "0 approve  "
sized $((8 * mib + 1))
# shellcheck disable=SC2086
is "one byte more is not" "$(review_sized $named)" \
    "4 rubric: case '$work/sized.json' is larger than 8 MiB (limit case_mib = 8)"
is "nor for a policy that is a file" "$(review_sized --policy "$work/own.lua")" \
    "4 rubric: case '$work/sized.json' is larger than 8 MiB (limit case_mib = 8)"
is "nor for all policies at once" "$(review_sized --all-policies)" \
    "4 rubric: case '$work/sized.json' is larger than 8 MiB (limit case_mib = 8)"
is "nor in a batch" "$(batch_sized)" \
    "4  E-LIMIT-CASE the case is larger than 8 MiB (limit case_mib = 8)"
is "nor where it is only asked which policy" "$(rubric which --policies "$work/policies" \
    "$work/sized.json" 2>&1 | sed -n '1p;3p')" "rubric: case '$work/sized.json' is larger than 8 MiB \
(limit case_mib = 8)
  (E-LIMIT-CASE)"
registry_with 'limits { case_mib = 16 }'
# shellcheck disable=SC2086
is "the operator may allow more" "$(review_sized $named)" "0 approve  "
sized $((16 * mib))
is "up to 16 MiB" "$(review_sized --policy "$work/own.lua")" "0 approve  "
is "in a batch too" "$(batch_sized)" "0 approve  "
index=$(jq .receipt.index "$work/out")
sized $((16 * mib + 1))
is "and no more" "$(batch_sized)" \
    "4  E-LIMIT-CASE the case is larger than 16 MiB (limit case_mib = 16)"
registry_with 'limits { case_mib = 1 }'
check "what was answered replays whatever is allowed now" \
    rubric replay --policies "$work/policies" "$index"
sized $mib
# shellcheck disable=SC2086
is "or less: then one of that size is taken" "$(review_sized $named)" "0 approve  "
sized $((mib + 1))
# shellcheck disable=SC2086
is "and none that is larger" "$(review_sized $named)" \
    "4 rubric: case '$work/sized.json' is larger than 1 MiB (limit case_mib = 1)"
sized $((3 * mib))
is "whose line is read to its end" "$(cat "$work/sized.json" "$case" | tr -d '\n' |
    rubric batch --policies "$work/policies" --policy example.limits 2>&1 | jq -r .error.message)" \
    "the case is larger than 1 MiB (limit case_mib = 1)"
for wrong in 0 17 1.5 '"8"'; do
    registry_with "limits { case_mib = $wrong }"
    is "a registry cannot say $wrong" "$(review_sized 2>&1)" \
        "3 rubric: registry.lua:6: limits: a limit is case_mib from 1 to 16"
done
done_testing
