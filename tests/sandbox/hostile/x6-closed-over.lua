-- luacheck: ignore
-- expect: harmless 1
-- what a function keeps is kept for this request only
local kept = {}
local function keep(x) kept[#kept + 1] = x return #kept end
return keep(string)
