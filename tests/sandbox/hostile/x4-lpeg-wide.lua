-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
local p = lpeg.P(1)
for i = 1, 30 do p = p * p end
return p:match("x")
