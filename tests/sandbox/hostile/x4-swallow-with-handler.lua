-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
-- profile: library
local ok = xpcall(string.rep, function() return 1 end, "x", 1 << 30)
return "went on after " .. tostring(ok)
