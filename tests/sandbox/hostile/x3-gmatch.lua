-- luacheck: ignore
-- expect: E-LIMIT-TIME
for _ in (("a"):rep(50000)):gmatch(".-.-.-b") do end
