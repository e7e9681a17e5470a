-- luacheck: ignore
-- expect: E-LIMIT-TIME
local s = ("a"):rep(30000)
return (s:gsub("a.-a.-a.-b", ""))
