-- luacheck: ignore
-- expect: harmless ok
local t = { a = 1, b = 2 }
local k = next(t)
t[k] = nil
next(t, k) next(t, "zzz") next(t, 99)
return "ok"
