-- What luacheck may find defined where.
std = "lua54"
max_line_length = 120
codes = true

-- What a policy may name: the words of the language and the plain library. The
-- list is that of the prelude; tests/policy_words_spec.lua compares them.
local words = {
  "all_of", "answer", "any_kind", "any_of", "at_least", "by_date", "ceil", "codes", "criterion",
  "date", "days", "define_fact", "degrees", "fact", "floor", "hours", "levels", "line", "max", "mcg", "met",
  "mg", "min", "ml", "months", "negate", "none_of", "not_met", "parameter", "pathway", "patient",
  "percent", "pick", "points", "policy", "records", "request", "requested", "require", "safeguard",
  "sessions", "undocumented", "units", "weeks", "years",
}
local library = {
  "assert", "error", "ipairs", "next", "pairs", "rawequal", "rawlen", "select", "tonumber",
  "tostring", "type", "math", "string", "table", "utf8", "_VERSION", "lpeg",
}
local both = {}
for _, list in ipairs { words, library } do
  for _, word in ipairs(list) do both[#both + 1] = word end
end
stds.policy = { read_globals = both }
stds.registry = { read_globals = { "register", "payer", "clock", "holidays", "business_days" } }
stds.spec = {
  read_globals = {
    "describe", "it", "pending", "before_each", "after_each", "setup", "teardown",
    "lazy_setup", "lazy_teardown", "insulate", "expose", "finally", "spy", "stub", "mock", "match",
    "casefile", "extracted", "judge", "none", "unreachable",
  },
  globals = { "assert" }, -- rubric.testing adds assertions to it
}

files["policies/**/*.lua"] = { std = "policy", max_line_length = false } -- sentences of payers are long
files["policies/registry.lua"] = { std = "policy+registry" }
files["tests/**/*.lua"] = { std = "lua54+policy+spec" }
files["**/*_spec.lua"] = { std = "lua54+policy+spec" }
files["policies/**/*_spec.lua"] = { std = "lua54+policy+spec", max_line_length = 120 } -- after the glob above

-- Hostile scripts are meant to be strange.
exclude_files = { "tests/sandbox/hostile/**", "**/slips/**" }
