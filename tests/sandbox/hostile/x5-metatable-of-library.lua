-- luacheck: ignore
-- expect: E-SEALED|E-LUA
-- profile: library
setmetatable(lpeg, { __index = function() return 1 end })
