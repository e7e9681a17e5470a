-- luacheck: ignore
-- expect: E-LUA
lpeg.match(lpeg.Cmt(1, function() error(lpeg.P(1)) end) ^ 0, "abc")
