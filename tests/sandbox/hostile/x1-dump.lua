-- luacheck: ignore
-- expect: E-NAME
return string.dump(function() end)
