-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LUA
-- Two functions that call each other and keep what they were given.
local g
local function f(...) return 1 + g(1, ...) end
g = function(...) return 1 + f(2, ...) end
return f()
