-- luacheck: ignore
-- expect: E-LUA
local function s(t) table.sort(t, function(a, b) s { 2, 1, 3 } return a < b end) end
s { 2, 1 }
