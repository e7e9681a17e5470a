-- luacheck: ignore
-- expect: E-SEALED|E-LUA
-- profile: library
setmetatable("", { __index = {} })
