-- luacheck: ignore
-- expect: harmless x200ok
-- profile: library
local m = setmetatable({}, { __concat = function(a, b) return "ok" end })
local r = "a" .. "b" .. m
for i = 1, 200 do r = "x" .. i .. m .. m .. i end
return r
