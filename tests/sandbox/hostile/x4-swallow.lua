-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
-- profile: library
local ok = pcall(function() local t = {} for i = 1, math.huge do t[i] = {} end end)
return "went on after " .. tostring(ok)
