-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- profile: library
local t = setmetatable({}, { __call = function(self, ...) return self(...) end })
return t()
