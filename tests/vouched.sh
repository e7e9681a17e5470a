#!/bin/sh
# A payer's library may catch errors and make objects if the operator vouched for
# it in the registry; no limit can be caught all the same, and nobody else may.
set -u
. tests/lib/tap.sh

case=tests/cases/smallest.json
home=$TMPDIR/home
policies=$TMPDIR/policies
mkdir "$policies"

cat >"$policies/scale.lua" <<'LUA'
local Scale = {}
Scale.__index = Scale
function Scale:reading(text)
  local ok, number = pcall(function() return text + 0 end)
  return ok and number * self.factor or nil
end
local library = {}
function library.scale(factor) return setmetatable({ factor = factor }, Scale) end
function library.try(f, ...) return pcall(f, ...) end
function library.handle(f, handler) return xpcall(f, handler) end
function library.object(fields) return setmetatable({}, fields) end
return library
LUA
registry() { # more fields
    cat <<LUA
payer "example" { names = { "Example" } }
register "test.vouched" { file = "p.lua", payer = "example", in_force = { from = "2020-01-01" }, $1 }
LUA
}
policy() { # body
    cat <<LUA
policy "test.vouched" { title = "T", source = "none", in_force = { from = "2020-01-01" },
  covers = codes { "cpt:64483-64484" }, limits = { time_ms = 250, memory_mib = 8 } }
local library = require "scale"
criterion "one" { cite = "1", says = "It runs.", ask = "Nothing.", reads = { "pain.score" },
  met = function(case) $1 end }
LUA
}
review() {
    "$RUBRIC" review --json --home "$home" --policies "$policies" --policy test.vouched "$case" \
        >"$TMPDIR/out" 2>"$TMPDIR/err"
}
answer() { jq -r '[.recommendation, .error.id, .error.message] | join(" ")' "$TMPDIR/out"; }
ends() { # body, answer
    policy "$1" >"$policies/p.lua"
    review
    is "$1" "$(answer)" "$2"
}

registry 'vouched = { "scale" }' >"$policies/registry.lua"
ends 'return library.scale(2):reading("21") == 42 and met("42") or not_met("?")' "approve  "
ends 'return library.scale(2):reading({}) == nil and met("caught") or not_met("?")' "approve  "
index=$(jq .receipt.index "$TMPDIR/out")
check "its answer replays from the log alone" "$RUBRIC" replay --home "$home" "$index"

# What a library may not do.
ends 'library.try(function() while true do end end) return met("caught")' \
    "refer E-LIMIT-TIME p.lua:5: stopped: 250 ms were not enough (limit time_ms = 250)"
ends 'library.handle(function() while true do end end, function() while true do end end) return met("x")' \
    "refer E-LIMIT-TIME p.lua:5: stopped: 250 ms were not enough (limit time_ms = 250)"
ends 'local t = "x" library.try(function() while true do t = t .. t end end) return met("caught")' \
    "refer E-LIMIT-MEMORY p.lua:5: stopped: more than 8 MiB of memory (limit memory_mib = 8)"
ends 'library.try(function() for i = 1, 1e6 do local x = case["pain.score"] end end) return met("x")' \
    "refer E-LIMIT-CALLS p.lua:5: stopped: more than 20000 calls to the host"
for field in __gc __mode __close __metatable __name; do
    ends "library.object { $field = 'k' } return met('x')" \
        "refer E-SEALED scale.lua:11: a metatable may not have '$field'"
done
ends 'return library.object { __name = nil, __index = function() return met end }.x("by a metamethod")' \
    "approve  "

# The policy beside it has none of it; nor has a library that nobody vouched for.
ends 'return pcall(error)' "refer E-NAME p.lua:5: there is no 'pcall' in a function criterion"
registry '' >"$policies/registry.lua"
ends 'return library.scale(2):reading("21") == 42 and met("42") or not_met("?")' \
    "refer E-NAME scale.lua:8: there is no 'setmetatable' in a function criterion"
registry 'vouched = { "other" }' >"$policies/registry.lua"
ends 'return library.try(error) and met("x") or met("y")' \
    "refer E-NAME scale.lua:9: there is no 'pcall' in a function criterion"
registry 'vouched = "scale"' >"$policies/registry.lua"
review
is "vouched is a list" "$(sed 1q "$TMPDIR/err")" \
    "rubric: registry.lua:2: register 'test.vouched': 'vouched' is a list of names, not a text"
check "the log verifies" "$RUBRIC" audit verify --home "$home" --anchor "$home/anchor.log"
done_testing
