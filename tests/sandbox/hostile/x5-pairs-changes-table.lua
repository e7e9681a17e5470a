-- luacheck: ignore
-- expect: harmless ok
local t = { a = 1, b = 2, c = 3 }
for k in pairs(t) do t[k] = nil t[k .. k] = 1 if #k > 20 then break end end
return "ok"
