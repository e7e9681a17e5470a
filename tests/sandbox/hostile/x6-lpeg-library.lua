-- luacheck: ignore
-- expect: E-NAME
lpeg.P = function() return "planted" end
