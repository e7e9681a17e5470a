-- luacheck: ignore
-- expect: E-LUA
-- LPeg 1.1.0 would count -2^31 characters as none, and write behind the pattern
return lpeg.C(-2147483648):match("x")
