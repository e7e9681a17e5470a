-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LUA
-- A capture for each of two million bytes.
return select("#", (lpeg.C(1) ^ 0):match(("x"):rep(2000000)))
