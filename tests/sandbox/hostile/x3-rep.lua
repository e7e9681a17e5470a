-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
return #("x"):rep(1 << 30)
