-- luacheck: ignore
-- expect: E-LUA
-- A sort whose comparison sorts, without end.
local t = { 3, 2, 1 }
local function before(a, b) table.sort(t, before) return a < b end
table.sort(t, before)
