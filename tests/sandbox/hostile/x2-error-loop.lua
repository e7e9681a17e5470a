-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- profile: library
while true do pcall(error, {}) end
