-- luacheck: ignore
-- expect: E-LUA
-- Tables have no order either.
local t = { {}, {}, {} }
table.sort(t)
return t
