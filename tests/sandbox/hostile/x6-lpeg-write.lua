-- luacheck: ignore
-- expect: E-NAME
-- The library of patterns cannot be changed.
lpeg.P = nil
