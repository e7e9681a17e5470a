-- luacheck: ignore
-- expect: E-LUA
local p
p = lpeg.Cmt(1, function() return lpeg.match(p, "x") end)
return p:match("x")
