-- luacheck: ignore
-- expect: E-NAME
return getmetatable(lpeg.P("x")).__gc
