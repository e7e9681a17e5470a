#!/bin/sh
#
# batch.sh - many cases through the real program: in order, in groups, shared by
# processes, killed and gone on with.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/batch
mkdir -p "$work"
export RUBRIC_HOME="$work/home"
case=tests/cli/example.json
policy=tests/cli/example.lua
count=1500

# Case k is approved, pended or referred by turns; every 100th line is no case.
jq -c . "$case" >"$work/approve"
jq -c 'del(.answers)' "$case" >"$work/pend"
jq -c '.answers["pain.score"].value = 2' "$case" >"$work/refer"
for k in $(seq "$count"); do
    case $((k % 3)) in 0) kind=approve ;; 1) kind=pend ;; 2) kind=refer ;; esac
    if [ $((k % 100)) = 0 ]; then echo '{"a":1}'; else sed "s/EXAMPLE-1/B$k/" "$work/$kind"; fi
done >"$work/lines"
wanted() { # the names of the cases of $work/lines, or the number of a bad line
    jq -r '.caseId // "bad"' "$work/lines"
}
given() { jq -r '.case.id // "bad"' "$1"; }
wanted >"$work/wanted"

batch() {
    rubric batch --policy "$policy" "$@" >"$work/out" 2>"$work/err"
    status=$?
}

# --- order ----------------------------------------------------------------------

batch --no-audit --workers 1 "$work/lines"
is "many lines are answered, the bad ones with their reason" \
    "$status $(wc -l <"$work/out")" "4 $count"
given "$work/out" >"$work/given"
check "in their order" cmp "$work/wanted" "$work/given"
is "bad lines are told by number" \
    "$(jq -r 'select(.schema == "rubric-failure/1") | .line' "$work/out" | head -3 | xargs)" "100 200 300"
is "nothing is said on standard error" "$(cat "$work/err")" ""
cp "$work/out" "$work/alone"
batch --no-audit --workers 3 "$work/lines"
check "three workers give the same bytes" cmp "$work/alone" "$work/out"
batch --no-audit --workers 3 - <"$work/lines"
check "also from a pipe" cmp "$work/alone" "$work/out"
head -700 "$work/lines" >"$work/first"
tail -n +701 "$work/lines" >"$work/second"
batch --no-audit "$work/first" "$work/second"
check "also from two files" cmp "$work/alone" "$work/out"
batch --no-audit --unordered --workers 2 "$work/lines"
sort "$work/alone" >"$work/a"
sort "$work/out" >"$work/b"
check "--unordered gives the same lines" cmp "$work/a" "$work/b"
batch --no-audit "$work/absent" "$work/first"
is "a file that is not there does not keep the others from their answers" \
    "$status $(wc -l <"$work/out")" "4 700"

# --- policies of lines -------------------------------------------------------------

cp "$policy" "$work/other.lua"
echo 'policy "x" {' >"$work/broken.lua"
for k in $(seq 30); do
    case $((k % 3)) in
    0) printf '{"case":%s,"policy":"%s"}\n' "$(cat "$work/approve")" "$work/other.lua" ;;
    1) printf '{"case":%s,"policy":"%s"}\n' "$(cat "$work/approve")" "$work/broken.lua" ;;
    2) cat "$work/approve" ;;
    esac
done >"$work/named"
batch --no-audit "$work/named"
is "a policy that does not load fails its own lines" \
    "$status $(jq -r '.recommendation // "none"' "$work/out" | sort | uniq -c | xargs)" \
    "3 20 approve 10 none"

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
{
    head -20 "$work/lines"
    printf '{"case":%s,"policy":"%s"}\n' "$(cat "$work/approve")" "$work/loops.lua"
    head -20 "$work/lines"
} >"$work/mixed"
batch --no-audit "$work/mixed"
is "a case that hits a limit is referred, and its neighbours are answered" \
    "$status $(jq -r '.error.code // "none"' "$work/out" | sort | uniq -c | xargs)" \
    "0 40 none 1 policy_limit"

# --- logged ---------------------------------------------------------------------

batch "$work/lines"
is "a logged batch answers all" "$status $(wc -l <"$work/out")" "4 $count"
given "$work/out" >"$work/given"
check "in their order, too" cmp "$work/wanted" "$work/given"
is "each case has an entry of its own" \
    "$(jq -r '.receipt.index // empty' "$work/out" | sort -u | wc -l)" $((count - count / 100))
jq -c 'del(.receipt)' "$work/out" >"$work/a"
jq -c 'del(.receipt, .logged, .signature)' "$work/alone" >"$work/b"
check "and the answer of the dry run" cmp "$work/a" "$work/b"
rubric audit verify >"$work/out" 2>"$work/err"
check "the log is consistent" grep -q '^consistent' "$work/out"

# Two processes share the work of one pipe engine.
split -n l/2 "$work/lines" "$work/half."
for half in "$work"/half.a?; do
    rubric batch --policy "$policy" <"$half" >"$half.out" 2>"$half.err" &
done
wait
cat "$work"/half.a?.out | given /dev/stdin >"$work/given"
check "two processes share one log and answer all" cmp "$work/wanted" "$work/given"

# --- killed ------------------------------------------------------------------------

await() { # file lines: until it has them, or the process $pid ends
    while kill -0 "$pid" 2>/dev/null; do
        [ ! -e "$1" ] || [ "$(wc -l <"$1")" -lt "$2" ] || break
        sleep 0.01
    done
}

resumed() { # --no-audit or nothing: kill twice, go on, compare
    rm -f "$work/answers" "$work/answers.state"
    for lines in 120 600; do
        rubric batch --policy "$policy" $1 --output "$work/answers" --resume "$work/lines" 2>"$work/err" &
        pid=$!
        await "$work/answers" "$lines"
        kill -9 "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    printf '{"case":{"id":"half a li' >>"$work/answers"
    rubric batch --policy "$policy" $1 --output "$work/answers" --resume "$work/lines" 2>"$work/err"
    given "$work/answers" >"$work/given"
}

rubric batch --no-audit --policy "$policy" --output "$work/kept" "$work/first" 2>"$work/err"
is "--output holds the answers" "$(wc -l <"$work/kept")" 700
rubric batch --no-audit --policy "$policy" --output "$work/kept" "$work/first" 2>"$work/err"
is "and is not written over" "$? $(wc -l <"$work/kept") $(tail -1 "$work/err")" "2 700   (E-OUTPUT)"
rubric batch --no-audit --policy "$policy" --output "$work/kept" --resume "$work/first" 2>"$work/err"
is "what is complete is left as it is" "$? $(wc -l <"$work/kept") $(cat "$work/err")" \
    "0 700 rubric: '$work/kept' is complete: 700 answers"

resumed --no-audit
is "a dry run goes on after kills" "$(wc -l <"$work/answers")" "$count"
check "and its answers are the same bytes" cmp "$work/alone" "$work/answers"
check_not "nothing but the answers is left" test -e "$work/answers.state"

entries=$(rubric audit list --json 2>/dev/null | grep -c '"determination"')
resumed ""
is "a logged run goes on after kills" "$(wc -l <"$work/answers")" "$count"
check "nothing is lost and nothing out of order" cmp "$work/wanted" "$work/given"
is "nothing has two entries" \
    "$(jq -r '.receipt.index // empty' "$work/answers" | sort -u | wc -l)" $((count - count / 100))
is "nothing was judged and logged twice" \
    "$(($(rubric audit list --json 2>/dev/null | grep -c '"determination"') - entries))" \
    $((count - count / 100))
jq -c 'del(.receipt)' "$work/answers" >"$work/b"
check "and the answers are those of an undisturbed run" cmp "$work/a" "$work/b"
rubric audit verify >"$work/out" 2>"$work/err"
check "the log is consistent after the kills" grep -q '^consistent' "$work/out"

bad=$(grep -n '"error"' "$work/b" | grep -v '"case":{' | head -1 | cut -d: -f1)
head -n "$bad" "$work/b" >"$work/ends-badly"
printf '{"batch":"%032d","log":0}' 7 >"$work/ends-badly.state"
{ echo '{"a":0}'; cat "$work/lines"; } >"$work/shifted"
rubric batch --no-audit --policy "$policy" --output "$work/ends-badly" --resume "$work/shifted" 2>"$work/err"
is "nor are they after a line that was no case" "$? $(tail -1 "$work/err")" "2   (E-BATCH-STATE)"

rubric batch --no-audit --policy "$policy" --output "$work/half" "$work/lines" 2>/dev/null &
pid=$!
await "$work/half" 50
kill -9 "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
if [ -e "$work/half.state" ]; then
    rubric batch --no-audit --policy "$policy" --output "$work/half" --resume "$work/shifted" 2>"$work/err"
    is "other inputs are not taken for the same" "$? $(tail -1 "$work/err")" "2   (E-BATCH-STATE)"
else
    skip "other inputs are not taken for the same" "the run was over before it was killed"
fi
rubric batch --resume "$work/lines" >"$work/out" 2>"$work/err"
is "--resume alone is a mistake" "$?" 2

# --- bounded ------------------------------------------------------------------------

# A reader that reads nothing: the program stops reading, and stays small.
for k in $(seq 20); do cat "$work/lines"; done >"$work/long"
mkfifo "$work/pipe"
rubric batch --no-audit --policy "$policy" "$work/long" >"$work/pipe" 2>/dev/null &
pid=$!
exec 9<"$work/pipe"
sleep 1
kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
check "a reader that waits costs no memory ($kib KiB)" test "$kib" -lt 49152
exec 9<&-
wait "$pid" 2>/dev/null

done_testing
