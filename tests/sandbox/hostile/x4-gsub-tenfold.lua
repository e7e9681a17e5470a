-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LIMIT-TIME
-- Each pass makes a text ten times as long.
local s = ("x"):rep(100000)
for _ = 1, 10 do s = s:gsub(".", "%0%0%0%0%0%0%0%0%0%0") end
return s
