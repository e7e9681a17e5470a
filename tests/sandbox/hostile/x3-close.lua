-- luacheck: ignore
-- expect: E-LUA|E-SYNTAX
local x <close> = {}
return x
