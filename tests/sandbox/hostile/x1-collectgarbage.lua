-- luacheck: ignore
-- expect: E-NAME
return collectgarbage("count")
