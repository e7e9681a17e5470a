-- luacheck: ignore
-- expect: E-LUA
table.move({ 1, 2, 3 }, 1, 3, math.maxinteger - 1)
