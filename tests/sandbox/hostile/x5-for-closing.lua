-- luacheck: ignore
-- expect: E-LUA
-- The fourth value of a loop is closed at its end.
for _ in function() end, nil, nil, {} do local x = 1 end
