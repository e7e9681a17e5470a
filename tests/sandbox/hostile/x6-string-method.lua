-- luacheck: ignore
-- expect: E-NAME
string.upper = function() return "planted" end
