#!/bin/sh
#
# privacy.sh - no text of any case of the corpus is in what a log may show
# or hand out: cores, tiles, anchors, proofs, standard error; also not of cases
# that are refused.
set -u
. tests/lib/tap.sh
work=$TMPDIR/privacy
mkdir -p "$work/out"
export RUBRIC_HOME="$work/home"

find policies -path '*/cases/*.json' | sort >"$work/files"
while read -r file; do jq -c 'select(.schema == "rubric-case/1")' "$file"; done \
    <"$work/files" >"$work/cases.jsonl"
# The same cases with one member spoiled: what is refused is said without its words.
jq -c '.asOf = "Zebulon", .patient = "Zebulon", .request = ["Zebulon"], .Zebulon = 1,
       .diagnoses = [{code: {Zebulon: 1}}]' "$work/cases.jsonl" >"$work/spoiled.jsonl"

# What could tell a patient: names, days, sentences. The words that policies and
# the programme themselves use say nothing about anybody.
jq -r '.. | strings' "$work/cases.jsonl" "$work/spoiled.jsonl" |
    awk 'length >= 6' | sort -u >"$work/strings"
printf 'Zebulon\n' >>"$work/strings"
cat policies/*.lua policies/*/*.lua src/prelude/*.lua docs/*.md >"$work/vocabulary"
awk 'NR == FNR { text = text "\n" $0; next } !index(text, $0)' "$work/vocabulary" "$work/strings" \
    >"$work/secrets"
check "the corpus has something to hide ($(wc -l <"$work/secrets") texts)" \
    test "$(wc -l <"$work/secrets")" -gt 500

"$RUBRIC" batch "$work/cases.jsonl" -o "$work/answers" 2>"$work/out/stderr"
"$RUBRIC" batch "$work/spoiled.jsonl" -o "$work/answers2" 2>>"$work/out/stderr"
sed -n 3p "$work/spoiled.jsonl" >"$work/one.json"
"$RUBRIC" review "$work/one.json" >/dev/null 2>>"$work/out/stderr"
RUBRIC_HOME=/dev/null/x "$RUBRIC" review "$(sed -n 1p "$work/files")" >/dev/null 2>>"$work/out/stderr"
answered=$(jq -c 'select(.receipt != null)' "$work/answers" | wc -l)
check "most of the corpus is answered ($answered of $(wc -l <"$work/cases.jsonl"))" test "$answered" -gt 80
check "and cases are refused ($(wc -l <"$work/answers2"))" test -s "$work/answers2"
some=$(jq '.receipt.index // empty' "$work/answers" | head -n 1)

"$RUBRIC" audit list --json | jq -c .core >"$work/out/cores"
"$RUBRIC" audit list >"$work/out/list"
"$RUBRIC" audit export --tiles "$work/out/tiles" >"$work/out/exported" 2>>"$work/out/stderr"
"$RUBRIC" audit prove "$some" >"$work/out/proof" 2>>"$work/out/stderr"
"$RUBRIC" audit show "$some" --json >"$work/out/shown" 2>>"$work/out/stderr"
"$RUBRIC" audit export "$some" -o "$work/out/one.tar" 2>>"$work/out/stderr"
"$RUBRIC" audit verify --json >"$work/out/verified" 2>>"$work/out/stderr"
"$RUBRIC" replay "$some" >"$work/out/replayed" 2>>"$work/out/stderr"
cp "$RUBRIC_HOME/anchor.log" "$work/out/anchors"
for file in cores list proof shown verified replayed anchors; do
    check "there is something to look through: $file" test -s "$work/out/$file"
done
nothing "no text of any case is in cores, tiles, anchors, proofs or on standard error" \
    "$(LC_ALL=C grep -raoFf "$work/secrets" "$work/out" | sort | uniq -c | sort -rn | head -20)"

# The scan can fail: the sealed side has the texts.
"$RUBRIC" audit export "$some" --open input --purpose test -o "$work/open.tar"
check "what is opened has them" sh -c "LC_ALL=C grep -qaFf '$work/secrets' '$work/open.tar'"

done_testing
