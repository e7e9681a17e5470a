-- luacheck: ignore
-- expect: E-SEALED
-- profile: library
setmetatable(_ENV, {})
