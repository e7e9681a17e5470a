-- luacheck: ignore
-- expect: harmless 12
-- profile: library
local Point = {}
Point.__index = Point
function Point.new(x) return setmetatable({ x = x }, Point) end
function Point:double() return self.x * 2 end
local ok, v = pcall(function() return Point.new(6):double() end)
return v
