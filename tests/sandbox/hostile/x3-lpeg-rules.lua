-- luacheck: ignore
-- expect: E-LUA
local t = {}
for i = 1, 5000 do t[i] = lpeg.V(i % 5000 + 1) end
return lpeg.P(t):match("x")
