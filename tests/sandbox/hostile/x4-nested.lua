-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
local t = {}
while true do t = { t } end
