-- luacheck: ignore
-- expect: harmless ok
local it = ("abc"):gmatch("%w")
it() it() it() it() it()
return "ok"
