-- luacheck: ignore
-- expect: E-LUA
return (-2147483648 * lpeg.P(1)):match("x")
