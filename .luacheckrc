-- What luacheck may find defined where.
std = "lua54"
max_line_length = 120
codes = true

-- Specs run under busted; rubric.testing adds its own words to them.
local spec = {
  read_globals = {
    "describe", "it", "pending", "before_each", "after_each", "setup", "teardown",
    "lazy_setup", "lazy_teardown", "insulate", "expose", "finally", "spy", "stub", "mock", "match",
    "policy", "casefile", "none", "days", "weeks", "months", "years",
    "percent", "points", "mg", "mcg", "ml", "units", "sessions", "hours",
  },
  globals = { "assert" },
}
files["**/*_spec.lua"] = spec
