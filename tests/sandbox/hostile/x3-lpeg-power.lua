-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LUA
-- A pattern repeated a million times is a program that long.
return lpeg.P("abcdefgh") ^ 1000000
