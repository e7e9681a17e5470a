-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- Comparing two long texts that differ in their last byte.
local a, b = ("x"):rep(1000000), ("x"):rep(999999) .. "y"
while not (a > b) do local c = a < b end
