-- luacheck: ignore
-- expect: E-LUA
return #("x"):rep(math.maxinteger)
