-- luacheck: ignore
-- expect: E-LUA
return string.format("%p", {})
