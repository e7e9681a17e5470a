-- luacheck: ignore
-- expect: harmless table function table
return string.format("%s %s ", {}, function() end) .. tostring({})
