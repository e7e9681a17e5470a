-- luacheck: ignore
-- expect: harmless 2
-- profile: library
local p = lpeg.Cmt(1, function() error "x" end) ^ 1
for i = 1, 5000 do pcall(lpeg.match, p, "xxxx") end
return lpeg.match(lpeg.P(1), "x")
