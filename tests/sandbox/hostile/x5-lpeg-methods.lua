-- luacheck: ignore
-- expect: harmless nil nil nil
local p = lpeg.P("x")
return type(p.setmaxstack) .. " " .. type(p.ptree) .. " " .. type(p.__gc)
