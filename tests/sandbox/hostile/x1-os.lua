-- luacheck: ignore
-- expect: E-NAME
return os.execute("id")
