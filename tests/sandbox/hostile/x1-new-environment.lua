-- luacheck: ignore
-- expect: harmless nil
local _ENV = { type = type }
return type(os)
