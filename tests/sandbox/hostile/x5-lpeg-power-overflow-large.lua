-- luacheck: ignore
-- expect: E-LUA
return (lpeg.P(("x"):rep(65533)) ^ -65537):match("x")
