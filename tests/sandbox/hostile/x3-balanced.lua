-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- A pattern that starts anew at each of a million brackets.
local s = ("("):rep(1000000)
for i = 1, #s do s:find("%b()x", i) end
