-- luacheck: ignore
-- expect: E-LUA
-- An error of a hundred thousand lines.
error(("\n"):rep(100000), 0)
