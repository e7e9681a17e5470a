-- luacheck: ignore
-- expect: harmless 0x8000000000000000 \(0/0\) 1e9999 -0\.0
return ("%q %q %q"):format(math.mininteger, 0/0, 1/0) .. " " .. tostring(-0.0)
