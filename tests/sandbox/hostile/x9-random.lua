-- luacheck: ignore
-- expect: E-NAME
return math.random()
