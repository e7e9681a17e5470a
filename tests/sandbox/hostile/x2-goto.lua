-- luacheck: ignore
-- expect: E-LIMIT-TIME
::again:: goto again
