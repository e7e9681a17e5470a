-- luacheck: ignore
-- expect: E-NAME
return debug.getregistry()
