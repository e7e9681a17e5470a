-- luacheck: ignore
-- expect: E-LIMIT-TIME
return (lpeg.Cmt(1, function() while true do end end)):match("a")
