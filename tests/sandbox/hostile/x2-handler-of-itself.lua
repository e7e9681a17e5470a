-- luacheck: ignore
-- expect: E-LUA|harmless .*
-- profile: library
local function again(e) error(e) end
local ok, e = xpcall(error, again, "x")
return tostring(ok)
