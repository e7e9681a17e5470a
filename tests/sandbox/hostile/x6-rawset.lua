-- luacheck: ignore
-- expect: E-NAME
rawset(string, "upper", 1)
