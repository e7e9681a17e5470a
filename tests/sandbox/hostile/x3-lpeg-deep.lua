-- luacheck: ignore
-- expect: E-LUA|E-LIMIT-TIME
local P, V = lpeg.P, lpeg.V
return (P { "E", E = "(" * V "E" * ")" + "x" }):match(("("):rep(100000) .. "x")
