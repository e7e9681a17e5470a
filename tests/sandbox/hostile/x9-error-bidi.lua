-- luacheck: ignore
-- expect: E-LUA
error(("\u{202e}"):rep(400), 0)
