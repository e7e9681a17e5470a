-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- profile: library
while true do pcall(function() while true do end end) end
