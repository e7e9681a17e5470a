-- luacheck: ignore
-- expect: harmless 1=x 2=y 7=n a=1 b=2 
local out = ""
for k, v in pairs { b = 2, a = 1, [7] = "n", "x", "y" } do out = out .. k .. "=" .. v .. " " end
return out
