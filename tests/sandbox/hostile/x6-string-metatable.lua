-- luacheck: ignore
-- expect: E-NAME
getmetatable("").__index = { upper = function() return "planted" end }
