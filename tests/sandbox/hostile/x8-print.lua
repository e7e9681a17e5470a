-- luacheck: ignore
-- expect: E-NAME
print("\27]0;owned\7")
