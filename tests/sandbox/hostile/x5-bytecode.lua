-- luacheck: ignore
-- expect: E-NAME
return load(("").char(27) .. "Lua")
