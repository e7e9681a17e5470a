-- luacheck: ignore
-- expect: E-SEALED
-- profile: library
return setmetatable({}, { __mode = "kv" })
