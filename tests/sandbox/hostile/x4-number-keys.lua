-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
-- Keys that no array holds.
local t = {}
for i = 1, 1e9, 3 do t[i * 1.5] = i end
