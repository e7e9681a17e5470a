-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- A grammar that tries each way to cut a text in two.
local p = lpeg.P { "S", S = lpeg.P "a" * lpeg.V "S" * lpeg.V "S" + lpeg.P "a" * lpeg.V "S" + "a" }
return (p * "b"):match(("a"):rep(100))
