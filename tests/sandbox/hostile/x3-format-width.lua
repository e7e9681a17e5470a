-- luacheck: ignore
-- expect: E-LUA
return string.format("%1000d", 1)
