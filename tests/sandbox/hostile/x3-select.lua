-- luacheck: ignore
-- expect: harmless 0
return select("#", table.unpack({}, 1, 0))
