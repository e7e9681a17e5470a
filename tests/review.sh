#!/bin/sh
#
# review.sh - the main job through the real program: good cases, bad cases, the
# same bytes every time, and two processes at once.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/review
mkdir -p "$work"
export RUBRIC_HOME="$work/home"
case=tests/cli/example.json
policy=tests/cli/example.lua

review() {
    rubric review --policy "$policy" "$@" >"$work/out" 2>"$work/err"
    status=$?
}


# --- a good case -------------------------------------------------------------

review "$case"
is "a complete case is approved on the first line" "$status $(head -1 "$work/out")" \
    "0 approve: all 2 criteria that apply are met"
is "nothing else is said" "$(cat "$work/err")" ""
check "the answer names its entry in the log" grep -q '^audit log  entry [0-9]' "$work/out"
review --json "$case"
is "as JSON it is one line" "$status $(wc -l <"$work/out")" "0 1"
is "with a receipt, last of all" "$(jq -r 'keys_unsorted | last' "$work/out")" "receipt"
jq -c 'del(.receipt)' "$work/out" >"$work/plain"
rubric canonical-json "$work/plain" >"$work/canonical"
sed 's/,"receipt":.*/}/' "$work/out" | tr -d '\n' >"$work/bytes"
tr -d '\n' <"$work/canonical" >"$work/canonical.bytes"
check "its bytes are canonical JSON, the receipt aside" cmp "$work/bytes" "$work/canonical.bytes"

review --exit-status "$case"
is "--exit-status leaves an approve at 0" "$status" 0
jq 'del(.answers)' "$case" >"$work/pend.json"
review --exit-status "$work/pend.json"
is "a pend is 10" "$status $(head -1 "$work/out")" "10 pend: one criterion is undocumented"
check "it names the paper that would settle it" grep -q 'Office note with a pain score' "$work/out"
jq '.answers["pain.score"].value = 2' "$case" >"$work/refer.json"
review --exit-status "$work/refer.json"
is "a refer is 20" "$status $(head -1 "$work/out")" "20 refer: one criterion is not met"
review --exit-status "$case" "$work/refer.json" "$work/pend.json"
is "of several the worst counts" "$status $(grep -c '^== ' "$work/out")" "20 3"
review - <"$case"
is "standard input is a case" "$status" 0

# --- the same bytes --------------------------------------------------------------

once() { "$@" rubric review --json --policy "$policy" "$case" | sed 's/,"receipt":.*/}/' | sha256sum; }
first=$(once env)
different=$(for i in $(seq 20); do once env; done | sort -u | grep -cv "^$first\$")
is "twenty runs give the same bytes" "$different" 0
is "also in Turkish and in Kathmandu" \
    "$(once env LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu)" "$first"
is "also from another folder" "$(
    top=$PWD
    cd / && rubric review --json --policy "$top/$policy" "$top/$case" | sed 's/,"receipt":.*/}/' | sha256sum
)" "$first"

# --- cases that are none ---------------------------------------------------------

refused() { # what file: exit 4, nothing on stdout, a help or a place on stderr
    review "$2"
    is "$1" "$status $(cat "$work/out") $(grep -c '^rubric: ' "$work/err")" "4  1"
}
: >"$work/empty"
refused "an empty file is refused" "$work/empty"
head -c 200 "$case" >"$work/cut"
refused "a truncated file is refused" "$work/cut"
truncate -s 100M "$work/huge"
refused "a file of 100 MB is refused" "$work/huge"
check "and said to be too large" grep -q 'larger than 8 MiB' "$work/err"
printf '{"a":' | awk '{ for (i = 0; i < 100000; i++) printf "%s", $0 }' >"$work/deep"
refused "deep nesting is refused" "$work/deep"
sed 's/Note/N\xff\xfe/' "$case" >"$work/latin"
refused "what is not UTF-8 is refused" "$work/latin"
sed 's/"caseId": "EXAMPLE-1"/"caseId": "A", "caseId": "B"/' "$case" >"$work/twice"
refused "a key that is there twice is refused" "$work/twice"
sed 's/"value": 7/"value": 1e999/' "$case" >"$work/large"
refused "a number beyond all numbers is refused" "$work/large"
sed 's/"status": "completed"/"staus": "completed"/' "$case" >"$work/slip"
refused "a field that is not known is refused" "$work/slip"
check "and named with its line and place" grep -q "slip:11:.*/treatments/0" "$work/err"
sed 's/2026-03-02/2026-02-30/' "$case" >"$work/date"
refused "a day that does not exist is refused" "$work/date"
check_not "no message tells what the record says" grep -q '2026-02-30' "$work/err"
refused "a folder is refused" "$work"
review "$work/empty" "$case"
is "one bad case does not keep the others from their answer" \
    "$status $(grep -c '^approve' "$work/out")" "4 1"

# --- policies that are none -------------------------------------------------------

broken() { # what text status-expected pattern
    printf '%s\n' "$2" >"$work/broken.lua"
    rubric review --policy "$work/broken.lua" "$case" >"$work/out" 2>"$work/err"
    is "$1" "$? $(grep -cE -- "$4" "$work/err")" "$3 1"
}
broken "a policy with a syntax error does not load" 'policy "x" {' 3 'broken\.lua:[0-9]+: '
broken "a loop at load is stopped" 'while true do end' 3 'E-LIMIT-TIME'
is "at its own line, by the path it was given" "$(cat "$work/err")" \
    "rubric: $work/broken.lua:1: stopped: 2000 ms were not enough (limit load_ms = 2000)
  help: look for a loop that does not end, or for a table that grows without end
  (E-LIMIT-TIME)"
rubric check "$work/broken.lua" >"$work/out" 2>"$work/err"
is "also when it is checked" "$? $(head -1 "$work/out")" \
    "3 $work/broken.lua:1: stopped: 2000 ms were not enough (limit load_ms = 2000)"
mkdir -p "$work/nothing"
rubric check "$work/nothing" >"$work/out" 2>"$work/err"
is "a folder without a policy does not pass a check" "$? $(cat "$work/err")" \
    "2 rubric: there is no policy in '$work/nothing'
  help: name a policy file, or a folder that holds some
  (E-FILE)"
broken "memory without end is stopped" \
    'local s = "a" while true do s = s .. s end' 3 'broken\.lua:1: stopped: more than 32 MiB'
broken "a policy that is no text has a next step" "$(printf '\377')" 3 'help: save it as UTF-8'
rubric review --policy "$work/none.lua" "$case" >"$work/out" 2>"$work/err"
is "so has one that is not there" "$? $(cat "$work/err")" \
    "3 rubric: $work/none.lua: No such file or directory
  help: check the path, or name a policy: 'rubric policy list' shows all
  (E-FILE)"
broken "a global is named" "$(cat "$policy")
payer = 1" 3 "broken\\.lua:[0-9]+: .*'payer'"
broken "a wrong unit is named" "$(sed 's/points(4)/weeks(4)/' "$policy")" 3 'broken\.lua:13: '

mkdir -p "$work/policies"
cp "$policy" "$work/policies/example.lua"
echo 'while true do end' >"$work/policies/registry.lua"
rubric review --policies "$work/policies" "$case" >"$work/out" 2>"$work/err"
is "a loop in the registry is stopped" "$? $(cat "$work/err")" \
    "5 rubric: registry.lua:1: stopped: 2000 ms were not enough (limit load_ms = 2000)
  help: the registry only names its policies: look for a loop in it
  (E-LIMIT-TIME)"
cat >"$work/policies/registry.lua" <<'LUA'
payer "example" { names = { "Example Payer" } }
register "example.epidural" {
  file = "example.lua", payer = "example", source = "Example policy 1",
  in_force = { from = "2025-01-01" },
}
LUA
registered() { rubric "$@" --policies "$work/policies" >"$work/out" 2>"$work/err"; }
registered review --policy example.epidurla "$case"
is "an unknown policy is named with the nearest" "$? $(cat "$work/err")" \
    "2 rubric: no policy is called 'example.epidurla'
  help: did you mean 'example.epidural'? 'rubric policy list' shows all
  (E-POLICY-ID)"
jq '.coverage = {payor: "Example Payer", src: ["s1"]}' "$case" >"$work/insured.json"
registered review "$work/insured.json"
is "the registry chooses the policy" "$? $(head -1 "$work/out")" \
    "0 approve: all 2 criteria that apply are met"
registered which "$work/insured.json"
is "and says which one it would be" "$? $(head -1 "$work/out")" \
    "0 EXAMPLE-1: example.epidural 2025-01-01"
registered policy list
is "policies are listed" "$? $(awk '{ print $1, $2 }' "$work/out" | tr '\n' ' ')" \
    "0 example.epidural: Epidural 2025-01-01 example; "
registered policy show example.epidural
is "a policy is shown by its name" "$? $(head -1 "$work/out")" "0 example.epidural 2025-01-01"

cat >"$work/loops.lua" <<'LUA'
policy "example.loops" {
  title    = "A criterion that never ends",
  source   = "Example policy 2",
  in_force = { from = "2025-01-01" },
  covers   = codes { "cpt:64483" },
}
criterion "spins" {
  cite  = "1",
  says  = "It ends.",
  ask   = "Nothing.",
  reads = { "pain.score" },
  met   = function(case)
    while case["pain.score"] do end
    return undocumented()
  end,
}
LUA
before=$(date +%s%N)
rubric review --json --policy "$work/loops.lua" "$case" >"$work/out" 2>"$work/err"
status=$?
took_ms=$(( ($(date +%s%N) - before) / 1000000 ))
is "a criterion that loops gives refer with its error, logged" \
    "$status $(jq -r '[.recommendation, .error.code, (.receipt.index != null)] | join(" ")' "$work/out")" \
    "0 refer policy_limit true"
check "within a second (it took $took_ms ms)" test "$took_ms" -lt 1000
review "$case"
is "and the next case is answered" "$status" 0
sed '/while case/d; s/return undocumented()/return "yes"/' "$work/loops.lua" >"$work/says.lua"
rubric review --json --policy "$work/says.lua" "$case" >"$work/out" 2>"$work/err"
is "a function that answers something else is named by its line" \
    "$(jq -r '[.recommendation, .error.code, .error.message] | join("|")' "$work/out")" \
    "refer|policy_error|says.lua:12: a function criterion answers met(why), not_met(why) or undocumented(why), not string"

# --- two at once --------------------------------------------------------------------

for i in 1 2 3 4 5 6; do
    rubric review --json --policy "$policy" "$case" "$case" "$case" >"$work/many.$i" 2>"$work/many.err.$i" &
done
wait
is "processes that share a home all answer" "$(cat "$work"/many.err.* | wc -c) $(cat "$work"/many.[1-6] | wc -l)" "0 18"
is "and no two answers share an entry" \
    "$(cat "$work"/many.[1-6] | jq .receipt.index | sort -u | wc -l)" 18
rubric audit verify >"$work/out" 2>"$work/err"
check "the log is consistent after all this" grep -q '^consistent' "$work/out"

# --- a batch ----------------------------------------------------------------------------

for file in "$case" "$work/pend.json" "$work/refer.json"; do tr -d '\n' <"$file"; echo; done >"$work/lines"
rubric batch --no-audit --policy "$policy" "$work/lines" >"$work/out" 2>"$work/err"
is "a batch answers each line in its order" "$? $(jq -r .recommendation "$work/out" | xargs)" \
    "0 approve pend refer"
is "and a dry run has no receipt" "$(jq -c 'select(.receipt.index != null)' "$work/out" | wc -l)" 0
{ head -1 "$work/lines"; echo '{"a":1}'; echo; printf '{"case":%s,"policy":"%s"}\n' "$(head -1 "$work/lines")" "$policy"; } \
    >"$work/mixed"
rubric batch --policy "$policy" <"$work/mixed" >"$work/out" 2>"$work/err"
is "a bad line gets its reason and stops nothing" \
    "$? $(jq -r '.recommendation // .error.code' "$work/out" | xargs | sed 's/ E-[A-Z-]* / bad /')" "4 approve bad approve"
is "it tells which line it was" "$(jq -r 'select(.line) | .line' "$work/out")" 2
(head -1 "$work/lines"; sleep 2) | rubric batch --no-audit --policy "$policy" | {
    before=$(date +%s%N)
    read -r line
    took_ms=$(( ($(date +%s%N) - before) / 1000000 ))
    test -n "$line" && test "$took_ms" -lt 1500
}
is "a peer that waits gets its answer before it sends more" "$?" 0

done_testing
