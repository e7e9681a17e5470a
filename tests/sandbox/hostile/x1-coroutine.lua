-- luacheck: ignore
-- expect: E-NAME
return coroutine.wrap(function() while true do end end)()
