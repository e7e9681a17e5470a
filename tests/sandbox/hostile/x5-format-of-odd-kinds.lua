-- luacheck: ignore
-- expect: E-LUA
return ("%100d"):format(1)
