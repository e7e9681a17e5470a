-- luacheck: ignore
-- expect: E-LUA|E-LIMIT-MEMORY
local function f() return 1 + f() end
return f()
