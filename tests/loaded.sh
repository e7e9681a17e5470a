#!/bin/sh
#
# loaded.sh - what loading a policy gave is kept in the home folder: answers are
# the same with it, without it, and with files of it that are broken; only a
# replay runs the policy anew whatever is kept.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/loaded
mkdir -p "$work/policies" "$work/home"
export RUBRIC_HOME="$work/home"
case=tests/cli/example.json
kept=$work/home/loaded
cp tests/cli/example.lua "$work/policies/example.lua"
cat >"$work/policies/registry.lua" <<'LUA'
payer "example" { names = { "Example Payer" } }
register "example.epidural" {
  file = "example.lua", payer = "example", in_force = { from = "2025-01-01" },
}
LUA
jq '.coverage = {payor: "Example Payer", src: ["s1"]}' "$case" >"$work/insured.json"

review() { rubric review --json --policies "$work/policies" "$work/insured.json" | jq -cS 'del(.receipt)'; }
# The file whose content holds that text.
kept_with() { grep -lr "$1" "$kept" | head -1; }
sum() { sha256sum "$1" | cut -d' ' -f1; }

first=$(review)
is "a first review keeps registry, scope and tree" "$(find "$kept" -type f | wc -l | xargs)" 3
is "in a folder for its owner alone" "$(stat -c %a "$kept")" 700
is "a second one answers the same bytes" "$(review)" "$first"
is "and keeps nothing more" "$(find "$kept" -type f | wc -l | xargs)" 3

tree=$(kept_with '"criteria":')
whole=$(sum "$tree")
head -c 900 "$tree" >"$work/cut" && cat "$work/cut" >"$tree"
is "a file that was cut short is not believed" "$(review)" "$first"
is "and is made again" "$(sum "$tree")" "$whole"
sed 's/rubric-tree/rubric-flea/' "$tree" >"$work/other" && cat "$work/other" >"$tree"
is "nor is one that was changed" "$(review)" "$first"
is "and it is made again too" "$(sum "$tree")" "$whole"
: >"$tree"
is "nor is an empty one" "$(review)" "$first"

# A content that was changed together with its hash is believed, as the signing
# key beside it would be: the replay shows it.
tail -c +33 "$tree" | sed 's/"points","value":/&/; s/"number":4/"number":9/' >"$work/content"
check_not "the forged tree differs" test "$(sum "$work/content")" = "$(tail -c +33 "$tree" | sha256sum | cut -d' ' -f1)"
hex=$(sum "$work/content" | sed 's/../\\x&/g')
{ /usr/bin/printf "$hex"; cat "$work/content"; } >"$tree"
check_not "a forged tree answers otherwise" test "$(review)" = "$first"
last=$(rubric audit list --json | jq -s '.[-1].index // .[0].entries[-1].index')
rubric replay "$last" >"$work/out" 2>"$work/err"
is "and its replay differs" "$?" 1

chmod 777 "$kept"
is "a folder that others can write is not believed" "$(review)" "$first"
chmod 700 "$kept"
rm -r "$kept"
: >"$kept"
is "a file in the folder's place is no harm" "$(review)" "$first"
rm "$kept"

is "it comes back" "$(review)" "$first"
sed -i 's/points(4)/points(9)/' "$work/policies/example.lua"
is "a policy that was edited is another one" "$(review | jq -r .recommendation)" refer
is "and has a tree of its own" "$(grep -lr '"criteria":' "$kept" | wc -l | xargs)" 2

cp "$work/policies/example.lua" "$work/example.lua"
sed -i 's/cpt:64483-64484/cpt:64490/' "$work/policies/example.lua"
is "one that no longer covers the request is not found by what was kept" \
    "$(review | jq -r '.lines[0].reasons[0].code')" no_policy
cp "$work/example.lua" "$work/policies/example.lua"
is "and found again when it does" "$(review | jq -r .recommendation)" refer

sed 's/points(9)/pints(9)/' "$work/policies/example.lua" >"$work/policies/broken.lua"
for try in one two; do
    rubric review --policy "$work/policies/broken.lua" "$case" >"$work/$try" 2>&1
done
check "a policy that does not load says so each time" cmp "$work/one" "$work/two"
check "at its line" grep -q 'broken.lua:[0-9]' "$work/two"

cat "$work/policies/example.lua" - >"$work/policies/function.lua" <<'LUA'

criterion "seen" {
  cite = "1.3", says = "Somebody looked.", ask = "Nothing.", reads = { "pain.score" },
  met = function(case)
    return met("as seen")
  end,
}
LUA
for try in one two; do
    rubric review --json --policy "$work/policies/function.lua" "$case" | jq -cS 'del(.receipt)' >"$work/$try"
done
check "a kept policy with a function answers the same" cmp "$work/one" "$work/two"
check "and calls it" grep -q 'as seen' "$work/two"

before=$(find "$kept" -type f | wc -l)
rubric check "$work/policies/example.lua" >/dev/null
is "a check runs the policy" "$(find "$kept" -type f | wc -l)" "$before"

rm -r "$kept"
review >/dev/null
part=$(dirname "$(kept_with '"criteria":')")
for i in $(seq 300); do : >"$part/$i"; done
find "$part" -type f -size +0 -delete
is "of many files none stays" \
    "$(review | jq -r .recommendation) $(find "$part" -type f | wc -l | xargs)" "refer 1"

# Many policies of one payer: only the one that serves is sent to a worker whole.
many=$work/many
mkdir -p "$many"
echo 'payer "example" { names = { "Example Payer" } }' >"$many/registry.lua"
for i in $(seq 10001 10700); do
    sed "s/example.epidural/example.p$i/; s/cpt:64483-64484/hcpcs:J$((i - 9000))/" \
        tests/cli/example.lua >"$many/p$i.lua"
    echo "register \"example.p$i\" { file = \"p$i.lua\", payer = \"example\", in_force = { from = \"2025-01-01\" } }"
done >>"$many/registry.lua"
sed -i 's/hcpcs:J[0-9]*/cpt:64483-64484/' "$many/p10699.lua"
jq -c . "$work/insured.json" >"$work/line"
cat "$work/line" "$work/line" "$work/line" >"$work/lines"
rubric batch --policies "$many" --workers 2 "$work/lines" 2>"$work/err" >"$work/out"
is "of seven hundred the one that serves is found" \
    "$? $(jq -r '.policy.id + " " + .recommendation' "$work/out" | sort | uniq -c | xargs)" \
    "0 3 example.p10699 approve"
is "and found again" \
    "$(rubric review --json --policies "$many" "$work/insured.json" | jq -r .policy.id)" example.p10699
sed -i 's/criterion "pain"/criterium "pain"/' "$many/p10005.lua" "$many/p10698.lua"
is "one before it that does not load is the answer's error" \
    "$(rubric review --json --policies "$many" "$work/insured.json" | jq -r '.recommendation + " " + .error.code')" \
    "refer policy_error"

# A registry may be larger than a policy.
large=$work/large
mkdir -p "$large"
cp tests/cli/example.lua "$large/example.lua"
for i in $(seq 4000); do
    echo "payer \"p$i\" { names = { \"Example Payer Number $i\" } }"
    echo "register \"example.epidural\" {"
    echo "  file = \"example.lua\", payer = \"p$i\", in_force = { from = \"2025-01-01\" },"
    echo "}"
done >"$large/registry.lua"
check "a registry of more than 512 KiB" test "$(wc -c <"$large/registry.lua")" -gt 524288
jq '.coverage.payor = "Example Payer Number 3999"' "$work/insured.json" >"$work/far.json"
is "is read, and its last payers are found" \
    "$(rubric which --json --policies "$large" "$work/far.json" | jq -r '"\(.entry) \(.policy)"')" \
    "3999 example.epidural"

# What ships was loaded when it was built.
shipped=policies/cms/cases/a05-004b-first-injection.json
RUBRIC_HOME="$work/new" rubric review --json "$shipped" | jq -cS 'del(.receipt)' >"$work/one"
is "a shipped policy need not be loaded in a new home" "$? $(find "$work/new" -path '*/new/loaded/*' | wc -l | xargs)" "0 0"
cp -r policies "$work/copy" && echo '-- edited' >>"$work/copy/registry.lua" # the same entries
RUBRIC_HOME="$work/new" rubric review --json --policies "$work/copy" "$shipped" | jq -cS 'del(.receipt)' >"$work/two"
check "one that was edited is, and answers the same" cmp "$work/one" "$work/two"
is "and its registry is kept in the home" "$(find "$work/new/loaded" -type f | wc -l | xargs)" 1

done_testing
