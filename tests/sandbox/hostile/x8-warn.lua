-- luacheck: ignore
-- expect: E-NAME
warn("@on")
