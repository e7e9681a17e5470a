#!/bin/sh
#
# tiles.sh - two programs that share nothing agree on tiles: what rubric exports
# the other accepts, what the other writes rubric-verify accepts, and both
# reject what was changed.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=$TMPDIR/tiles
mkdir -p "$work"
if ! command -v python3 >/dev/null || ! command -v openssl >/dev/null; then
    skip 'a second checker of tiles' 'there is no python3 or openssl here'
    done_testing
fi
other() { python3 tests/lib/tiles.py "$@"; }

# A log of some five hundred records: two full tiles and a part of one.
export RUBRIC_HOME="$work/home"
case=policies/cms/cases/a05-004b-first-injection.json
i=0
while [ $i -lt 520 ]; do
    jq -c ".caseId = \"T-$i\"" "$case"
    i=$((i + 1))
done >"$work/cases.jsonl"
rubric batch "$work/cases.jsonl" -o "$work/answers" 2>"$work/err"
rubric audit key list >"$work/vkey"
vkey=$(cat "$work/vkey")
rubric audit export --tiles "$work/ours" >/dev/null
check 'the other program accepts our tiles' other check "$work/ours" "$vkey"
check 'and so does rubric-verify' rubric-verify tiles --vkey "$vkey" "$work/ours"
rubric review "$case" >/dev/null
rubric audit export --tiles "$work/ours" >/dev/null
check 'also after the log has grown' other check "$work/ours" "$vkey"

changed() { # which file
    cp "$work/ours/$1" "$work/held"
    spoil "$work/ours/$1" 41
    check_not "the other program rejects a changed $1" other check "$work/ours" "$vkey"
    check_not "and so does rubric-verify" rubric-verify tiles --vkey "$vkey" "$work/ours"
    cp "$work/held" "$work/ours/$1"
}
for file in tile/entries/000 tile/0/001 checkpoint; do changed "$file"; done
changed "$(cd "$work/ours" && find tile/1 -type f | sort | tail -n 1)"

for size in 1 256 257 700; do
    key=$(other make "$work/theirs-$size" $size)
    check "rubric-verify accepts the other's log of $size" \
        rubric-verify tiles --vkey "$key" "$work/theirs-$size"
    check "as it does itself" other check "$work/theirs-$size" "$key"
done
printf 'X' >>"$work/theirs-700/tile/entries/002.p/188"
check_not "what stands behind a part of a bundle is rejected" \
    rubric-verify tiles --vkey "$key" "$work/theirs-700"
other make "$work/theirs-700" 700 >/dev/null
printf 'X' >>"$work/theirs-700/tile/0/002.p/188"
check_not "and behind a part of a tile" rubric-verify tiles --vkey "$key" "$work/theirs-700"
other make "$work/theirs-700" 700 >/dev/null
spoil "$work/theirs-700/tile/0/002.p/188" 5
check_not "and rejects it when a tile is changed" rubric-verify tiles --vkey "$key" "$work/theirs-700"

done_testing
