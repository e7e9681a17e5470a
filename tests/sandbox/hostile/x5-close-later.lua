-- luacheck: ignore
-- expect: E-LUA
-- profile: library
local meta = {}
local x = setmetatable({}, meta)
meta.__close = function() end
do local y <close> = x end
return "closed"
