-- luacheck: ignore
-- expect: harmless 4 weeks
local number = lpeg.R("09") ^ 1 / tonumber
local unit = lpeg.C(lpeg.P("weeks") + "days")
local n, u = (number * lpeg.S(" ") ^ 0 * unit):match("4 weeks")
return n .. " " .. u
