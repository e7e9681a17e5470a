-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LIMIT-TIME
local s = "x"
while true do s = s .. s end
