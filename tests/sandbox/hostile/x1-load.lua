-- luacheck: ignore
-- expect: E-NAME
return load("return os")()
