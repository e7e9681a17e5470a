-- luacheck: ignore
-- expect: harmless 2|E-LUA
-- the running pattern is dropped while it runs
local p
p = lpeg.P { lpeg.Cmt(1, function(_, i) p = nil for j = 1, 5000 do local t = { j } end return i end) }
return p:match("abc")
