-- luacheck: ignore
-- expect: E-LUA
-- only the host says what a limit is
error("stopped [E-LIMIT-TIME]", 0)
