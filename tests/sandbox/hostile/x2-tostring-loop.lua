-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- profile: library
local t
t = setmetatable({}, { __tostring = function() while true do end end })
return tostring(t)
