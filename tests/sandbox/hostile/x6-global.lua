-- luacheck: ignore
-- expect: E-NAME
planted = "planted"
