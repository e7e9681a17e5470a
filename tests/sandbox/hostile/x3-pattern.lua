-- luacheck: ignore
-- expect: E-LIMIT-TIME
local s = ("a"):rep(40000)
return s:find((".-"):rep(20) .. "b")
