-- luacheck: ignore
-- expect: E-LIMIT-TIME
while true do end
