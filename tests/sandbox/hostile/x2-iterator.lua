-- luacheck: ignore
-- expect: E-LIMIT-TIME
-- An iterator that never says nil.
for x in function() return 1 end do local y = x end
