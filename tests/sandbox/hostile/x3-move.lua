-- luacheck: ignore
-- expect: E-LIMIT-TIME|E-LIMIT-MEMORY|E-LUA
return table.move({}, 1, math.maxinteger - 1, 2)
