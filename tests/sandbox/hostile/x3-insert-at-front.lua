-- luacheck: ignore
-- expect: E-LIMIT-TIME|E-LIMIT-MEMORY
-- Each insertion moves all that is there.
local t = {}
while true do table.insert(t, 1, t) end
