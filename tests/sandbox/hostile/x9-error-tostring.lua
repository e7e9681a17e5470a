-- luacheck: ignore
-- expect: E-LUA
-- profile: library
error(setmetatable({}, { __tostring = function() while true do end end }))
