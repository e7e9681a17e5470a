-- luacheck: ignore
-- expect: E-LUA
-- A value that wants to run code when it goes out of scope.
do local x <close> = { __close = function() while true do end end } end
