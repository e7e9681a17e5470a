-- luacheck: ignore
-- expect: E-LUA
-- 4 * (2^30 + 1) is 4 in an int
return (lpeg.P(1) ^ -1073741825):match("x")
