-- luacheck: ignore
-- expect: E-NAME
return require("os").getenv("HOME")
