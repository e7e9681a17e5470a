-- luacheck: ignore
-- expect: E-LUA
return lpeg.P { "S", S = lpeg.V "S" * "a" + "a" }
