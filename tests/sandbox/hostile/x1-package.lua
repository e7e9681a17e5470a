-- luacheck: ignore
-- expect: E-NAME
return package.loadlib("libc.so.6", "system")
