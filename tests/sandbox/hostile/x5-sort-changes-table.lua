-- luacheck: ignore
-- expect: harmless ok|E-LUA
local t = {}
for i = 1, 100 do t[i] = 101 - i end
table.sort(t, function(a, b) t[a % 100 + 1] = nil return a < b end)
return "ok"
