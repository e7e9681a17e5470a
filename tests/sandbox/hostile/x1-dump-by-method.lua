-- luacheck: ignore
-- expect: E-LUA
return ("x").dump
  and "leak" or ("x"):dump()
