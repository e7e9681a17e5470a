-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- A loop over floats that reaches its end never.
for i = 1, math.huge do local x = i end
