-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- Long texts turned round for ever.
local s = ("x"):rep(1000000)
while true do s = s:reverse():upper():lower() end
