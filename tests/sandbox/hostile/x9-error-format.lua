-- luacheck: ignore
-- expect: E-LUA
error("%s%s%s%n%1000000d")
