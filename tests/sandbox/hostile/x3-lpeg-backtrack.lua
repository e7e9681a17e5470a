-- luacheck: ignore
-- expect: E-LIMIT-TIME
local P, V = lpeg.P, lpeg.V
local g = P { "S", S = V "A" * V "A" * V "A" * V "A" * "b" + 1 * V "S", A = P "a" ^ 0 }
local deep = P { "E", E = (P "a" * V "E" * "x") + (P "a" * V "E" * "y") + P "a" }
return g:match(("a"):rep(60)) or deep:match(("a"):rep(60))
