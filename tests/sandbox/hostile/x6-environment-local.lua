-- luacheck: ignore
-- expect: harmless nil
-- A local of that name is the script's own affair.
local _ENV = { tostring = tostring }
planted = 1
return tostring(upper)
