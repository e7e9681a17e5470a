-- luacheck: ignore
-- expect: E-LIMIT-TIME
local s = ("\u{FFFF}"):rep(100000)
while true do utf8.len(s) end
