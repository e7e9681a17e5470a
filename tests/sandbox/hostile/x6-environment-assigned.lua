-- luacheck: ignore
-- expect: E-LUA|harmless 1
-- An assignment to _ENV is seen by the whole policy, and gone with the request.
local keep = tostring
_ENV = { planted = 1 }
return keep(planted)
