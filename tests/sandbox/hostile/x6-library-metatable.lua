-- luacheck: ignore
-- expect: E-SEALED
-- profile: library
setmetatable(string, { __index = function() return "planted" end })
