#!/bin/sh
#
# library.sh - the policies as a whole: what a case would get from each, what no
# test has seen of them, and the small slips around naming them.
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/lib/tap.sh

work=$TMPDIR/library
case=policies/evicore/cases/compare-three-weeks-of-relief.json
mkdir -p "$work/policies/acme"
said() { "$RUBRIC" "$@" >"$work/out" 2>"$work/err"; }

# --- one case under every policy ----------------------------------------------

said review --all-policies "$case"
is "a comparison exits 0" "$?" 0
is "it says first what it is" "$(tr '\n' ' ' <"$work/out" | cut -c1-135)" \
    "$case under every policy: a comparison. Nothing is determined, and nothing logged. "
check "each policy that covers a line has a row" grep -Eq '^ +[0-9]+ +evicore\.epidural-injections +2025-01-01 +approve' "$work/out"
check "one payer's refer stands beside another's approve" grep -Eq 'cms\.epidural-injections +2021-12-05 +refer +' "$work/out"
check "the criterion that they differ in is named" grep -Eq '^ +relief-lasted +[-+?. ]*\+[-+?. ]*-' "$work/out"
check "what covers no line is listed as such" grep -Eq 'aetna\.pump +covers no line of this request' "$work/out"
nothing "it fits 80 columns" "$(awk 'length > 80' "$work/out")"
nothing "it says nothing besides" "$(cat "$work/err")"
said audit verify
is "it leaves no determination on the log" "$("$RUBRIC" audit list 2>/dev/null | grep -c determination)" 0
said review --all-policies --json "$case"
is "as JSON it has the whole answer of each" \
    "$(jq -r '.schema, .logged, (.policies[] | select(.policy == "evicore.epidural-injections") | .answer.recommendation, .answer.receipt)' "$work/out" | tr '\n' ' ')" \
    "rubric-comparison/1 false approve null "
is "and says which were judged" "$(jq -r '[.policies[] | select(.judged | not) | .answer.lines[0].reasons[0].code] | unique | join(" ")' "$work/out" | grep -c no_policy)" 1
said review --all-policies --policy evicore.epidural-injections "$case"
is "--policy does not go with it" "$? $(head -1 "$work/err")" \
    "2 rubric: '--all-policies' goes without '--policy'"
echo '{}' >"$work/no-case.json"
said review --all-policies "$work/no-case.json"
is "what is no case is told once" "$? $(grep -c 'caseId' "$work/err")" "4 1"

# --- what no test has seen ----------------------------------------------------

cat >"$work/policies/acme/pain.lua" <<'LUA'
policy "acme.pain" {
  title = "Pain", source = "Acme 1", in_force = { from = "2025-01-01" }, covers = codes { "cpt:64483" },
}
local least = parameter "least" { points(4) }
local window = parameter "window" { months(6) }
criterion "score" {
  cite = "1", says = "Pain is at least four.", ask = "Note.",
  met = fact "pain.score" :at_least(least), unless = fact "safety.infection" :is "yes",
}
criterion "shown" { cite = "2", says = "A score is on file.", ask = "Note.", met = fact "pain.score" :present() }
criterion "radicular" {
  cite = "3", says = "A lumbar code.", ask = "Diagnosis.",
  met = records "diagnoses" { code = codes { "G35*", "M54.16" } } :some(),
}
criterion "earlier" {
  cite = "4", says = "An injection in the last months.", ask = "Note.",
  met = records "procedures" { kind = "epidural-injection" } :within(window):count() :at_least(1),
}
LUA
cat >"$work/policies/registry.lua" <<'LUA'
payer "acme" { names = { "Acme" } }
register "acme.pain" { file = "acme/pain.lua", payer = "acme", in_force = { from = "2025-01-01" } }
LUA
spec() { # lines of the spec
    { echo 'describe("acme.pain", function()'; echo '  policy "acme.pain"'; cat; echo 'end)'; } >"$work/policies/acme/pain_spec.lua"
    said test --policies "$work/policies" --coverage --json "$work/policies/acme/pain_spec.lua"
}
lacks() { # kind name: what the report says is lacking
    jq -r --arg kind "$1" --arg name "$2" '.files[].items[] | select(.kind == $kind and .name == $name) | .lacks | join(" ")' "$work/out"
}

spec <<'LUA'
  it("sees one side", function()
    assert.criterion("score", casefile { ["pain.score"] = 4 }, "met")
  end)
LUA
is "what is lacking fails the run" "$?" 1
is "a criterion lacks what was not seen" "$(lacks criterion score)" "not_met undocumented exception"
is "of what can only be there or not, no failure is asked" "$(lacks criterion shown)" "undocumented"
is "a parameter lacks its other side" "$(lacks parameter least)" "not_met"
is "and one that nothing was compared with lacks both" "$(lacks parameter window)" "met not_met"
is "a set lacks a member, a near miss and the code that ended" "$(lacks 'code set' 'G35*, M54.16')" \
    "member near_miss retired"
spec <<'LUA'
  local first = casefile { ["pain.score"] = 4, diagnoses = { "M54.16" }, complete = { procedures = "2020-01-01" },
    procedures = { { kind = "epidural-injection", performed = "2026-01-02" } } }
  it("sees all sides", function()
    assert.criterion("score", first, "met")
    assert.criterion("score", first:with { ["pain.score"] = 3 }, "not met")
    assert.criterion("score", first:without "pain.score", "undocumented")
    assert.criterion("score", first:with { ["pain.score"] = 3, ["safety.infection"] = true }, "met")
    assert.criterion("radicular", first, "met")
    assert.criterion("radicular", first:with { diagnoses = { "M54.12" } }, "undocumented")
    assert.criterion("radicular", first:with { diagnoses = { "G35" } }, "undocumented")
    assert.criterion("earlier", first, "met")
    assert.criterion("earlier", first:with { procedures = { { kind = "epidural-injection", performed = "2025-12-02" } } },
      "not met")
    assert.criterion("earlier", first:without { "procedures", "complete" }, "undocumented")
    assert.reason("no_policy", first:with { lines = { "64484" } })
  end)
LUA
is "nothing is lacking then" "$? $(jq -r .whole "$work/out") $(jq -c .summary "$work/out")" \
    '0 true {"criteria":[4,4],"pathways":[0,0],"safeguards":[0,0],"parameters":[2,2],"code sets":[2,2]}'
spec <<'LUA'
  it("fails", function() assert.criterion("score", casefile { ["pain.score"] = 4 }, "not met") end)
LUA
is "a failing test is told as before" "$? $(grep -c '0 successes / 1 failure' "$work/err")" "1 1"
said test --json
is "--json needs --coverage" "$? $(head -1 "$work/err")" \
    "2 rubric: '--json' goes with '--coverage'; busted has '--output json'"

# --- names ----------------------------------------------------------------------

jq '.answers["pain.patern"] = {value: "radicular", src: [.sources | keys[0]]}' "$case" >"$work/slip.json"
said review --dev "$work/slip.json"
is "an answer under a misspelt name is told" "$? $(cat "$work/err")" \
    "0 rubric: $work/slip.json: warning: no fact is called 'pain.patern', so that answer was not used
  help: did you mean 'pain.pattern'? docs/reference.md lists the facts
  (W-ANSWER)"
jq '.answers["our.own.question"] = {value: "x", src: [.sources | keys[0]]}' "$case" >"$work/own.json"
said review --dev "$work/own.json"
nothing "another system's question is nobody's slip" "$(cat "$work/err")"
said review --dev --json --policy mtus.pain-program policies/aetna/cases/a06-completed-approve.json
jq '.request.lines[0].serviced = {start: "2016-08-01"}' policies/workers-comp-ca/cases/seed-002.json >"$work/late.json"
said review --dev --json --policy mtus.pain-program "$work/late.json"
is "a version that is not in force is named" "$(jq -r '.lines[0].reasons[0] | .code, .says' "$work/out" | tr '\n' ' ')" \
    "policy_version_unknown No version of 'mtus.pain-program' is in force on 2016-08-01. "
echo 'return { least = points(4) }' >"$work/policies/acme/limits.lua"
sed 's/points(4)/require("limits").least/' "$work/policies/acme/pain.lua" >"$work/pain.lua"
mv "$work/pain.lua" "$work/policies/acme/pain.lua"
said check --policies "$work/policies" "$work/policies"
is "a module is checked with the policy that requires it" "$? $(tail -1 "$work/out")" \
    "0 1 file, 0 errors, 0 warnings"
echo 'return 1' >"$work/policies/acme/lost.lua"
said check --policies "$work/policies" "$work/policies"
is "a file that is neither is told" "$? $(grep -c 'lost.lua:1: this file names no policy' "$work/out" "$work/err" | cut -d: -f2 | tr '\n' ' ')" "3 1 0 "
sed -i 's/acme\/pain.lua/acme\/none.lua/' "$work/policies/registry.lua"
said policy show --policies "$work/policies" acme.pain
is "a file that the registry misnames has a next step" "$? $(sed -n 2p "$work/err")" \
    "3   help: the registry, or a policy that extends another, names this file: correct the name, or put the file there"
long=$(printf 'a%.0s' $(seq 1 81))
sed "s/acme.pain/$long/" "$work/policies/acme/pain.lua" >"$work/policies/acme/long.lua"
said check --policies "$work/policies" "$work/policies/acme/long.lua"
check "a name that is too long is called so" grep -q "has a name of 81 bytes: 80 are the most" "$work/out" "$work/err"
done_testing
