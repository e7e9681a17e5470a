-- luacheck: ignore
-- expect: harmless C5-C6,L4-L5
local t = {}
for a, b in ("l4-l5 and c5-c6"):gmatch("(%a%d)%-(%a%d)") do t[#t + 1] = (a .. "-" .. b):upper() end
table.sort(t)
return table.concat(t, ",")
