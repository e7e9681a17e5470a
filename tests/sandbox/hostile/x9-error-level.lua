-- luacheck: ignore
-- expect: E-LUA
-- A level that no stack has.
error("x", math.maxinteger)
