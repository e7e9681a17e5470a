-- luacheck: ignore
-- expect: harmless false cms/x.lua:4: no
-- profile: library
local ok, e = pcall(function() error("no") end)
return tostring(ok) .. " " .. e
