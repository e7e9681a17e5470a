-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LIMIT-TIME
local t, big = {}, ("x"):rep(1 << 20)
for i = 1, 1000 do t[i] = big end
return #table.concat(t)
