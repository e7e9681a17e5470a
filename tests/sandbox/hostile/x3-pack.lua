-- luacheck: ignore
-- expect: E-LUA|E-LIMIT-MEMORY
return string.pack("!16" .. ("s8"):rep(100), ("x"):rep(1 << 20))
