-- luacheck: ignore
-- expect: E-NAME
-- Nor the one of characters.
utf8.char = function() return "planted" end
