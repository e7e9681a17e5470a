-- luacheck: ignore
-- expect: E-LUA
return table.unpack({}, 1, 1 << 30)
