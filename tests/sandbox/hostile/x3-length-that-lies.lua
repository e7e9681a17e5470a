-- luacheck: ignore
-- expect: E-LIMIT-MEMORY
-- profile: library
table.sort(setmetatable({}, { __len = function() return 1 << 25 end }))
