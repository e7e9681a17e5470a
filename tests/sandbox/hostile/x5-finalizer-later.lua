-- luacheck: ignore
-- expect: harmless kept
-- profile: library
local meta = {}
local x = setmetatable({}, meta)
meta.__gc = function() while true do end end
meta.__close = meta.__gc
x = nil
for i = 1, 20000 do local t = { i } end
return "kept"
