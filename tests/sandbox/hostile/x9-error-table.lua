-- luacheck: ignore
-- expect: E-LUA
error({ code = "approve" })
