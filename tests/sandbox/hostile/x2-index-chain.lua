-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- profile: library
local t = {}
setmetatable(t, { __index = function(s, k) return s[k + 1] end })
while true do pcall(function() return t[1] end) end
