-- luacheck: ignore
-- expect: E-LUA
error("\27[2J\u{202e}evil\0tail" .. ("x"):rep(100000))
