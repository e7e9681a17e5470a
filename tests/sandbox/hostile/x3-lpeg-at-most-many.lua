-- luacheck: ignore
-- expect: E-LUA|E-LIMIT-MEMORY
return (lpeg.P(1) ^ -1000000000):match("x")
