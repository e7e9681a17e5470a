-- luacheck: ignore
-- expect: E-LUA
error(("long "):rep(100000))
