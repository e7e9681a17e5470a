-- luacheck: ignore
-- expect: E-SEALED
-- profile: library
return setmetatable({}, { __name = ("x"):rep(1000) })
