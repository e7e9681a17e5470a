#!/bin/sh
# The border between a script and the host: results, arguments and errors of
# every kind. A wrong one is an ordinary error of the policy, never a death of
# the worker, and an answer always comes.
set -u
. tests/lib/tap.sh

case=tests/cases/smallest.json
home=$TMPDIR/home

review() { # body of the function: the answer
    cat >"$TMPDIR/p.lua" <<POLICY
policy "test.border" { title = "Border", source = "none", in_force = { from = "2020-01-01" },
  covers = codes { "cpt:64483-64484" } }
criterion "one" { cite = "1", says = "A result.", ask = "Nothing.",
  reads = { "pain.score", "procedures" },
  met = function(case)
    $1
  end }
POLICY
    "$RUBRIC" review "$case" --policy "$TMPDIR/p.lua" --home "$home" --json 2>&1
}

wrong() { # body: refer with an error of the policy, from a living worker
    answer=$(review "$1")
    case $answer in
    *'"id":"E-WORKER"'*) flunk "$1" "$answer" ;;
    *'"error":{"code":"policy_'*'"recommendation":"refer"'*) pass "$1" ;;
    *) flunk "$1" "$answer" ;;
    esac
}

right() { # body, what the answer contains
    answer=$(review "$1")
    case $answer in
    *'"error":'*) flunk "$1" "$answer" ;;
    *"$2"*) pass "$1" ;;
    *) flunk "$1" "$answer" ;;
    esac
}

# What a function may return is one of three verdicts.
wrong 'return'
wrong 'return nil'
wrong 'return true'
wrong 'return 1'
wrong 'return 0/0'
wrong 'return "met"'
wrong 'return {}'
wrong 'return { finding = "met" }'
wrong 'return { type = "verdict", finding = "met" }'
wrong 'local t = {}; t[1] = t; return t'
wrong 'return function() return met("x") end'
wrong 'return met'
wrong 'return case'
wrong 'return string'
wrong 'return ("x"):rep(1 << 20)'
wrong 'local t = {}; for i = 1, 300 do t = { t } end; return t'
wrong 'return fact "pain.score"'
right 'return met("plain")' '"recommendation":"approve"'
right 'return met("one"), met("two"), nil' '"recommendation":"approve"'
right 'return undocumented("silent")' '"finding":"undocumented"'
right 'return not_met("no")' '"finding":"not_met"'

# Why is text, bounded and cleaned; anything else is not said.
for why in '' nil true 1 '{}' 'print' '"\xff\xfe"' '"a\0b"' '"\27[2J\u{202e}"' '0/0' 'function() end' \
    '{ met = true }' '("long "):rep(100000)' '("\u{FFFF}"):rep(2000)'; do
    case $why in
    print) wrong "return met($why)" ;;
    *) answer=$(review "return met($why)")
        case $answer in
        *E-WORKER* | *'rubric:'*) flunk "met($why)" "$answer" ;;
        *'"recommendation":'*) pass "met($why)" ;;
        *) flunk "met($why)" "$answer" ;;
        esac ;;
    esac
done
answer=$(review 'return met("\27[2J\u{202e}\n\1 end")')
nothing "no control character in the answer's bytes" \
    "$(printf '%s' "$answer" | LC_ALL=C tr -d '\12\40-\176\200-\377' | od -An -c)"

# The case is read by name only; it cannot be walked, changed or counted.
wrong 'case.x = 1 return met("x")'
wrong 'case["pain.score"] = 1 return met("x")'
wrong 'return met(case.nothing)'
wrong 'return met(case[1])'
wrong 'return met(case[nil])'
wrong 'return met(case[{}])'
wrong 'return met(case[0/0])'
wrong 'return met(case["\0"])'
wrong 'return met(case[("x"):rep(1 << 20)])'
wrong 'return met(case())'
wrong 'return met(#case)'
wrong 'return met(case .. "x")'
wrong 'return met(case + 1)'
wrong 'return met(case < case)'
wrong 'for k in pairs(case) do end'
wrong 'for k in ipairs(case.procedures[1]) do end'
wrong 'return met(next(case))'
wrong 'local p = case.procedures; p[1].code = "x" return met("x")'
right 'local s = tostring(case) return met(s)' '"recommendation"'
right 'return rawequal(case, case) and met("same") or not_met("other")' '"approve"'
wrong 'while true do local x = case["pain.score"] end'

# Words of loading while a case is judged, and look-alikes.
wrong 'local c = criterion c "two" { cite = "2", says = "x", met = met("x"), ask = "x" } return met("x")'
wrong 'policy "other" {} return met("x")'
wrong 'return criterion'
wrong 'codes { "cpt:1-99999" } return met("x")'
wrong 'require "x" return met("x")'
wrong 'met = not_met return met("x")'

# Errors of every kind.
wrong 'error()'
wrong 'error(nil)'
wrong 'error({})'
wrong 'error(case)'
wrong 'error(met("x"))'
wrong 'error(function() end)'
wrong 'error(("x"):rep(1 << 20))'
wrong 'error("\xff\0\27[2J", 0)'
wrong 'error("x", 1 << 40)'
wrong 'error("policy approved [E-WORKER]", 0)'
wrong 'assert(false, {})'
wrong 'assert()'

check "the log verifies" "$RUBRIC" audit verify --home "$home" --anchor "$home/anchor.log"

done_testing
