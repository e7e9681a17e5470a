-- luacheck: ignore
-- expect: E-LUA
-- A replacement that replaces: C calls Lua calls C.
local function f() return (("x"):gsub(".", f)) end
return f()
