-- luacheck: ignore
-- expect: E-NAME
return _G
