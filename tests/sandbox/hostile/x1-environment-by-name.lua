-- luacheck: ignore
-- expect: harmless table nil
-- the environment can be held, but it holds no more than its names
local e = _ENV
local ok = rawlen(e) == 0 and next(e) == nil
return type(e) .. " " .. (ok and "nil" or "leak")
