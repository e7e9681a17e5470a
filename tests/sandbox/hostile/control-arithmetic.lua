-- luacheck: ignore
-- expect: harmless 5050 2.5 3
local n = 0
for i = 1, 100 do n = n + i end
return n .. " " .. 5 / 2 .. " " .. 7 // 2
