-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LUA
-- A format that asks for a gigabyte.
return string.pack("c1000000000", "x")
