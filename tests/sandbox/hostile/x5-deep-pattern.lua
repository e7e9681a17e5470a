-- luacheck: ignore
-- expect: E-LUA
return (("("):rep(300000)):find(("(()"):rep(30) .. "x")
