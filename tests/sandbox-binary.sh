#!/bin/sh
# The program that is shipped, not a test build: what opens sandboxes is absent
# in a policy, at load and while a case is judged, and each is named at its line.
set -u
. tests/lib/tap.sh

home=$TMPDIR/home

policy() { # line 4 of the file, line of the function
    cat <<POLICY
policy "test.names" { title = "Names", source = "none", in_force = { from = "2020-01-01" },
  covers = codes { "cpt:64483-64484" } }

$1
criterion "one" { cite = "1", says = "A name.", ask = "Nothing.", reads = { "pain.score" },
  met = function(case)
    $2
    return met("it ran")
  end }
POLICY
}

policy "" "" >"$TMPDIR/p.lua"
check "a policy without such names loads" "$RUBRIC" check "$TMPDIR/p.lua"

for name in os io debug package load loadfile loadstring dofile collectgarbage \
    coroutine warn print getmetatable setmetatable rawget rawset pcall xpcall _G; do
    policy "local x = $name" "" >"$TMPDIR/p.lua"
    said=$("$RUBRIC" check "$TMPDIR/p.lua" 2>&1)
    is "check refuses '$name'" "$?" 3
    case $said in
    *"p.lua:4: '$name'"*) pass "and names its line" ;;
    *) flunk "and names its line" "$said" ;;
    esac
    policy "" "local x = $name" >"$TMPDIR/p.lua"
    said=$("$RUBRIC" review tests/cases/smallest.json --policy "$TMPDIR/p.lua" --home "$home" --json 2>&1)
    case $said in
    *'"error":{'*"p.lua:7: "*"$name"*'"recommendation":"refer"'*) pass "a function cannot name '$name'" ;;
    *) flunk "a function cannot name '$name'" "$said" ;;
    esac
done

for field in string.dump math.random math.randomseed; do
    policy "" "local x = $field" >"$TMPDIR/p.lua"
    said=$("$RUBRIC" review tests/cases/smallest.json --policy "$TMPDIR/p.lua" --home "$home" --json 2>&1)
    case $said in
    *"p.lua:7: there is no '$field' in a policy"*) pass "a function cannot name '$field'" ;;
    *) flunk "a function cannot name '$field'" "$said" ;;
    esac
done

case $("$RUBRIC" version) in
*"lua 5.4.9"*) pass "the interpreter is the pinned one" ;;
*) if [ "$LUA" = system ]; then
    skip "the interpreter is the pinned one" "built with LUA=system"
else
    flunk "the interpreter is the pinned one" "$("$RUBRIC" version)"
fi ;;
esac

# A checker makes calls that workers may not make, so they are not filtered there.
if [ -n "${SAN:-}" ]; then
    skip "doctor finds every needed wall" "built with $SAN"
else
    check "doctor finds every needed wall" "$RUBRIC" doctor
fi
"$RUBRIC" doctor --json >"$TMPDIR/walls"
is "doctor --json names each wall once" \
    "$(grep -o '"wall":"[a-z-]*"' "$TMPDIR/walls" | sort -u | wc -l)" "$(wc -l <"$TMPDIR/walls")"

done_testing
