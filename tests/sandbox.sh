#!/bin/sh
# The hostile set through the whole program: each script of
# tests/sandbox/hostile is pasted into a policy's  met = function  and reviewed.
# It must end in refer with an error, or be harmless as it declares; the normal
# policy that is reviewed after it must give the same bytes every time; and at
# the end the log verifies.
set -u
. tests/lib/tap.sh

case=tests/cases/smallest.json
home=$TMPDIR/home

wrap() { # script
    cat <<'POLICY'
policy "test.hostile" { title = "Hostile", source = "none", in_force = { from = "2020-01-01" },
  covers = codes { "cpt:64483-64484" } }
criterion "one" { cite = "1", says = "The script runs.", ask = "Nothing.", reads = { "pain.score" },
  met = function(case) (function()
POLICY
    cat "$1"
    printf '  end)() return met("it ran") end }\n'
}

cat >"$TMPDIR/normal.lua" <<'POLICY'
policy "test.normal" { title = "Normal", source = "none", in_force = { from = "2020-01-01" },
  covers = codes { "cpt:64483-64484" } }
criterion "text" { cite = "1", says = "Text works.", ask = "Nothing.", reads = { "pain.score" },
  met = function(case)
    local t = {}
    for k, v in pairs { b = 2, a = 1, [3] = "x" } do t[#t + 1] = tostring(k) .. "=" .. v end
    table.sort(t)
    local text = table.concat(t, " "):upper() .. (" %d"):format(math.abs(-4))
    if text ~= "3=X A=1 B=2 4" then return not_met(text) end
    return met(text)
  end }
POLICY

answer_of() { # policy: the answer without its receipt
    "$RUBRIC" review "$case" --policy "$1" --home "$home" --json 2>"$TMPDIR/err" |
        sed 's/,"receipt":{.*}}$/}/'
}

first=$(answer_of "$TMPDIR/normal.lua")
case $first in
*'"recommendation":"approve"'*) pass "the normal policy approves" ;;
*) flunk "the normal policy approves" "$first$(cat "$TMPDIR/err")" ;;
esac

judge() { # expected answer: empty if it is as it should be
    case $1 in
    harmless*)
        case $2 in *'"error":'*) echo "an error: $2" ;; *'"recommendation":"approve"'*) ;; *) echo "$2" ;; esac ;;
    *)
        case $2 in
        *'"error":{"code":"policy_limit"'*'"recommendation":"refer"'*)
            case $1 in *E-LIMIT*) ;; *) echo "a limit: $2" ;; esac ;;
        *'"error":{"code":"policy_error"'*'"recommendation":"refer"'*) ;;
        *) echo "$2" ;;
        esac ;;
    esac
}

count=0
for script in tests/sandbox/hostile/*.lua; do
    grep -q '^-- profile: library' "$script" && continue
    wrap "$script" >"$TMPDIR/hostile.lua"
    expected=$(sed -n 's/^-- expect: //p' "$script")
    answer=$(answer_of "$TMPDIR/hostile.lua")
    nothing "${script##*/} ends as it says" "$(judge "$expected" "$answer")"
    count=$((count + 1))
    [ $((count % 4)) = 0 ] || continue
    is "and the normal policy gives the same answer" "$(answer_of "$TMPDIR/normal.lua")" "$first"
done
[ "$count" -ge 60 ]
is "there are enough scripts" $? 0
check "the log verifies" "$RUBRIC" audit verify --home "$home" --anchor "$home/anchor.log"

done_testing
