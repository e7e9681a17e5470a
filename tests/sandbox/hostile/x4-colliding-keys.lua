-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LIMIT-TIME
-- Keys made to meet in one place of the table.
local t = {}
for i = 1, 1e9 do t[i * 4294967296] = i end
