-- luacheck: ignore
-- expect: E-NAME
math.planted = "planted"
