-- luacheck: ignore
-- expect: E-LIMIT-TIME
local n = 0
for i = 1, math.huge do n = n + i % 7 end
return n
