-- luacheck: ignore
-- expect: E-LUA
local s = "x"
s.upper = "planted"
