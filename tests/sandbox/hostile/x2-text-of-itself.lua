-- luacheck: ignore
-- expect: E-LUA
-- profile: library
return tostring(setmetatable({}, { __tostring = function(s) return tostring(s) end }))
