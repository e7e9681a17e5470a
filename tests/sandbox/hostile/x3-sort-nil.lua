-- luacheck: ignore
-- expect: E-LUA
table.sort({ 1, "x", {} })
