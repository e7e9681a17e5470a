-- luacheck: ignore
-- expect: E-LIMIT-TIME
return #(""):rep(math.maxinteger)
