-- luacheck: ignore
-- expect: E-LIMIT-MEMORY|E-LUA
-- All code points of a long text at once.
return utf8.codepoint(("\u{10FFFF}"):rep(1000000), 1, -1)
