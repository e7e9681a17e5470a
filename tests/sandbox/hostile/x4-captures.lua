-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LIMIT-TIME|E-LUA
local many = lpeg.Ct(lpeg.C(1) ^ 0)
local t = {}
for i = 1, 100 do t[i] = many:match(("x"):rep(1 << 20)) end
