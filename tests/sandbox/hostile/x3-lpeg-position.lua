-- luacheck: ignore
-- expect: E-LUA
-- a capture that sends the match back, or beyond its end
return lpeg.Cmt(1, function() return math.maxinteger end):match("abc")
