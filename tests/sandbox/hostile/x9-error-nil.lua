-- luacheck: ignore
-- expect: E-LUA
error(nil)
