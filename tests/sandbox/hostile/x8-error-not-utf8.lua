-- luacheck: ignore
-- expect: E-LUA
error("\xff\xfe\x80 not text")
