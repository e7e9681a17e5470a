-- luacheck: ignore
-- expect: E-NAME
return io.open("/etc/passwd"):read("a")
