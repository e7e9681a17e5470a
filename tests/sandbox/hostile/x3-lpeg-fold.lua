-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
local p = lpeg.Cf(lpeg.C(1) ^ 1, function(a, b) return a .. a end)
return #p:match(("x"):rep(100))
