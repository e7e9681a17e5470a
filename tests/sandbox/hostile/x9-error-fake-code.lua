-- luacheck: ignore
-- expect: P999
error("a policy may say this about itself [P999]", 0)
