-- luacheck: ignore
-- expect: E-LIMIT-TIME
local function f() return f() end
return f()
