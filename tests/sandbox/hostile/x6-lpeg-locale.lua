-- luacheck: ignore
-- expect: harmless ok
local t = lpeg.locale()
t.alpha = "planted"
return "ok"
