-- luacheck: ignore
-- expect: E-LUA
-- Functions as keys have no order.
local t = {}
for i = 1, 10 do t[function() return i end] = i end
return next(t)
