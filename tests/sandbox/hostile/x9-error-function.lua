-- luacheck: ignore
-- expect: E-LUA
error(function() end)
