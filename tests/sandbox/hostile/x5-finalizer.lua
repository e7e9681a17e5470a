-- luacheck: ignore
-- expect: E-SEALED
-- profile: library
setmetatable({}, { __gc = function() end })
