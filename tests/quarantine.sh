#!/bin/sh
# A policy that ended three workers in ten minutes is set aside, in every process,
# until an operator clears it; only it, and only new cases.
set -u
. tests/lib/tap.sh

case=tests/cases/smallest.json
home=$TMPDIR/home

policy() { # id body
    cat <<POLICY
policy "$1" { title = "T", source = "none", in_force = { from = "2020-01-01" },
  covers = codes { "cpt:64483-64484" } }
criterion "one" { cite = "1", says = "It runs.", ask = "Nothing.", reads = { "pain.score" },
  met = function(case) $2 return met("x") end }
POLICY
}
mkdir "$TMPDIR/policies"
cat >"$TMPDIR/policies/registry.lua" <<'LUA'
payer "example" { names = { "Example" } }
register "test.long" { file = "long.lua", payer = "example", in_force = { from = "2020-01-01" },
  limits = { time_ms = 60000 } }
LUA
policy test.long 'local n = 0 for i = 1, 3e9 do n = n + i end' >"$TMPDIR/policies/long.lua"
policy test.other '' >"$TMPDIR/other.lua"

# A checked build would make an exit of the signal.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:handle_segv=0
export ASAN_OPTIONS

# Whoever is a grandchild of this shell and burns a processor is the worker.
killed() { # command...: runs it and kills its worker
    "$@" >"$TMPDIR/out" 2>"$TMPDIR/err" &
    pid=$!
    worker=
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        sleep 0.1
        for child in $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
            used=$(sed 's/.*) //' "/proc/$child/stat" 2>/dev/null | cut -d' ' -f12)
            [ "${used:-0}" -lt 10 ] || worker=$child
        done
        [ -z "$worker" ] || break
    done
    kill -SEGV "$worker"
    wait "$pid"
}
long() { "$RUBRIC" review --json --home "$home" --policies "$TMPDIR/policies" --policy test.long "$case"; }
long_killed() {
    killed "$RUBRIC" review --json --home "$home" --policies "$TMPDIR/policies" --policy test.long "$case"
}
answer() { jq -r '[.recommendation, .policy.id, .error.id, .error.message] | join(" ")' "$TMPDIR/out"; }

is "nothing has happened yet" "$("$RUBRIC" policy status --home "$home")" "No policy has ended an evaluator."
long_killed
is "a dead worker is a refer that names the policy" "$(answer)" \
    "refer test.long E-WORKER the evaluator ended unexpectedly (signal 11); it was replaced"
first=$(jq .receipt.index "$TMPDIR/out")
long_killed
is "two are not enough" "$("$RUBRIC" policy status --home "$home" --json | jq -c '.policies[] |
    [.policy, .deaths, .set_aside, .why]')" \
    '["test.long",2,false,"the evaluator ended unexpectedly (signal 11); it was replaced"]'
long_killed
is "three are" "$("$RUBRIC" policy status --home "$home" | sed 's/ on 2.*Z$/ on .../')" \
    "test.long: set aside; it ended the evaluator 3 times
  the last on ...
  the evaluator ended unexpectedly (signal 11); it was replaced"

timeout 10 "$RUBRIC" review --json --home "$home" --policies "$TMPDIR/policies" --policy test.long \
    "$case" >"$TMPDIR/out" 2>"$TMPDIR/err"
is "then it is not run, and the answer says why" "$? $(answer)" "0 refer test.long E-QUARANTINE the \
policy 'test.long' is set aside: it ended the evaluator 3 times within 10 minutes"
printf '%s\n' "$(jq -c . "$case")" | timeout 10 "$RUBRIC" batch --home "$home" \
    --policies "$TMPDIR/policies" --policy test.long - >"$TMPDIR/out" 2>"$TMPDIR/err"
is "nor in a batch" "$(jq -r '[.recommendation, .error.id] | join(" ")' "$TMPDIR/out")" \
    "refer E-QUARANTINE"
"$RUBRIC" review --json --home "$home" --policy "$TMPDIR/other.lua" "$case" >"$TMPDIR/out"
is "another policy runs as before" "$(answer)" "approve test.other  "

is "clearing one that did nothing is a mistake" \
    "$("$RUBRIC" policy clear test.other --home "$home" 2>&1; echo $?)" \
    "rubric: the policy 'test.other' ended no evaluator
  help: 'rubric policy status' shows those that did
  (E-POLICY-ID)
2"
# A batch that is running is told of that too.
policy test.long '' >"$TMPDIR/policies/long.lua"
mkfifo "$TMPDIR/cases"
timeout 60 "$RUBRIC" batch --home "$home" --policies "$TMPDIR/policies" --policy test.long \
    "$TMPDIR/cases" >"$TMPDIR/answers" 2>"$TMPDIR/err" &
batch=$!
exec 8>"$TMPDIR/cases"
asked=0
ask() { # sends the case, waits for its answer
    jq -c . "$case" >&8
    asked=$((asked + 1))
    for _ in $(seq 100); do
        [ "$(wc -l <"$TMPDIR/answers")" -lt "$asked" ] || break
        sleep 0.1
    done
    tail -n 1 "$TMPDIR/answers" | jq -r '[.recommendation, .error.id] | join(" ")'
}
is "a running batch does not run it" "$(ask)" "refer E-QUARANTINE"
asked=1
check "an operator clears it" "$RUBRIC" policy clear test.long --home "$home"
sleep 1.2
is "the running batch runs it again" "$(ask)" "approve "
exec 8>&-
wait "$batch"
is "and ends as it should" "$? $(wc -l <"$TMPDIR/answers") $(cat "$TMPDIR/err")" "0 2 "
is "and it is forgotten" "$("$RUBRIC" policy status --home "$home")" "No policy has ended an evaluator."
long >"$TMPDIR/out" 2>"$TMPDIR/err"
is "the repaired policy runs" "$(answer)" "approve test.long  "

# Deaths that lie far apart do not add up.
now=$(date +%s)
for at in $((now - 1300)) $((now - 650)) $now; do
    printf '{"at":%s,"policy":"test.other","why":"x"}\n' "$at"
done >>"$home/quarantine.ndjson"
is "three in twenty minutes are not three in ten" \
    "$("$RUBRIC" policy status --home "$home" --json | jq -c '.policies[].set_aside')" false

# How a worker ended is no computation: a replay takes it from the log.
is "all these answers replay" "$("$RUBRIC" replay --home "$home" --all --json | jq -r .result |
    sort -u)" same
is "the first death too" "$("$RUBRIC" replay --home "$home" --json "$first" | jq -r .result)" same
check "the log verifies" "$RUBRIC" audit verify --home "$home" --anchor "$home/anchor.log"
done_testing
