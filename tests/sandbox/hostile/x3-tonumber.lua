-- luacheck: ignore
-- expect: harmless 1000001
local s = ("1"):rep(1000000) .. "x"
return #s - (tonumber(s) or 0)
