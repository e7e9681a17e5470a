-- reference.lua - the policy language as one page of Markdown, written from the
-- words, the catalogue and the table of numbers, so that it cannot drift.
-- luacheck: no max line length

local deps = ...

local error, ipairs, next = error, ipairs, next
local format = string.format
local concat, sort = table.concat, table.sort
local gsub, match = string.gsub, string.match

local catalogue, errors = deps.catalogue, deps.errors

-- Every word, by group: name, how it is written, what it means.
local groups = {
  { "A file", {
    { "policy", 'policy "payer.subject" { ... }', "Names the policy. Fields: `title`, `source`, `in_force = { from =, to = }`, "
      .. "`covers = codes { ... }`, and if wanted `version`, `selects_by` (`\"service\"` or `\"request\"`: which date chooses "
      .. "the version), `extends`, and with it `parameters`, `without` (criteria that do not hold here) and `inherited` "
      .. "(the `confidence` of all that is taken over: `\"D\"` where it was not read that this payer says so too)." },
    { "criterion", 'criterion "id" { ... }', "One sentence of the payer's document. Fields: `cite`, `says`, `met`, `ask` "
      .. "(may be left out where only the request and the payer's own records are read); if wanted `unless` (an exception, "
      .. "counts only when documented), `only_if` (where not met, the criterion does not apply), `accepts` (`\"confirmed\"` or "
      .. "`\"extracted\"`), `presume_absent` with `presume_cite`, `confidence` (`P`, `A`, `M`, `D`), `document`, `reads`, "
      .. "`reason` (`\"units_over_limit\"` or `\"wrong_code\"`: the reason that the answer gives where it is not met)." },
    { "pathway", 'pathway "id" { when = ..., criterion ..., criterion ... }', "Criteria that hold only in one situation. "
      .. "`unless`, if wanted: an exception, counts only when documented; also `says`, `cite`." },
    { "safeguard", 'safeguard "id" { when = ..., cite = ..., says = ... }', "Turns a pend (or, with `instead_of = { \"approve\", "
      .. "\"pend\" }`, also an approval) into a referral, never the reverse. `expedite`, `bridge`, `unless`, `ask` if wanted." },
    { "parameter", 'parameter "name" { weeks(4) }', "A value that a payer may set: an amount, `\"yes\"`, `\"no\"`, or a choice with its `choices = { ... }`. Values by date: `parameter \"name\" { "
      .. "{ from = \"2025-01-01\", value = weeks(4), cite = \"...\" }, ... }` or `{ by_date { ... } }`." },
    { "codes", 'codes { "M54.1*", "M54.30-M54.32" }', "A code set: diagnosis codes or service codes, not both. Sets may "
      .. "hold other sets. One text may hold several, with commas, and take away: "
      .. "`\"M54*, minus M54.5*\"`. Prefixes `cpt:`, `hcpcs:`, `icd-10-cm:` where the shape is not enough." },
    { "define_fact", 'define_fact "acme.thing" { kind = "yes-no", question = "..." }', "A payer's own fact, declared before it is used. "
      .. "Fields: `kind`, `question`, if wanted `unit`, `choices`, `range`, `document`, `choose`, `worst`, `safety`, "
      .. "`found = { list =, where =, field = }`." },
    { "require", 'require "name"', "A payer's own module, from the bundle." },
  } },
  { "Combining findings", {
    { "all_of", "all_of { a, b }", "Any not met: not met. Else any undocumented: undocumented. Else met." },
    { "any_of", "any_of { a, b }", "Any met: met. Else any undocumented: undocumented. Else not met." },
    { "none_of", "none_of { a, b }", "Any met: not met. Else any undocumented: undocumented. Else met." },
    { "at_least", "at_least(2, { a, b, c })", "So many of them are met." },
    { "negate", "negate(a)", "Met and not met change places. Prefer the positive sentence." },
  } },
  { "What is asked about", {
    { "fact", 'fact "pain.score"', "One value of the catalogue below." },
    { "records", 'records "procedures" { kind = "epidural-injection", same = "region" }', "A list, narrowed. A filter is a choice, "
      .. "a list of choices, `true`/`false`, or a code set. `same` (`\"region\"`, `\"level\"`, `\"side\"`, or a list of them) means "
      .. "as the line under review." },
    { "any_kind", 'any_kind { "physical-therapy", "exercise" }', "One of these choices; a plain list says the same." },
    { "line", 'line "code"', "A field of the request line under review." },
    { "requested", "requested.units", "The same, as it reads best in a sum." },
    { "request", 'request "urgency"', "A field of the whole request; `request \"date_of_service\"` is the day all spans count from." },
    { "patient", 'patient "age"', "The patient on the date of service." },
    { "answer", 'answer "linkId"', "An answer of a questionnaire by its own id." },
  } },
  { "Values", {
    { "days", "days(14)", "A duration. `days(x)` makes one of a computed number of days, to be added to a date." },
    { "weeks", "weeks(4)", "A duration." },
    { "months", "months(3)", "A duration in calendar months." },
    { "years", "years(2)", "A duration in calendar years; also an age." },
    { "percent", "percent(50)", "An amount." },
    { "points", "points(6)", "An amount on a scale." },
    { "mg", "mg(80)", "An amount." },
    { "mcg", "mcg(50)", "An amount." },
    { "ml", "ml(20)", "An amount." },
    { "units", "units(4)", "A number of billed units. `units`, `sessions`, `hours` and `levels` also say what a plain computed number is, "
      .. "as `hours(x / 4)`." },
    { "sessions", "sessions(4)", "A number of sessions." },
    { "hours", "hours(80)", "A number of hours." },
    { "levels", "levels(2)", "A number of spinal levels." },
    { "degrees", "degrees(80)", "A temperature, in degrees Celsius." },
    { "date", 'date "2025-01-01"', "A date." },
    { "pick", 'pick(fact "plan.steroid", { dexamethasone = mg(15) })', "The value that belongs to a choice." },
    { "by_date", 'by_date { ["2025-01-01"] = weeks(4) }', "The value in force on the date of service." },
    { "ceil", "ceil(x)", "Rounded up." },
    { "floor", "floor(x)", "Rounded down." },
    { "min", "min(a, b)", "The smaller; of dates the earlier." },
    { "max", "max(a, b)", "The larger; of dates the later." },
  } },
  { "Function criteria", {
    { "met", "met(why, evidence)", "A function that is the whole `met` of a criterion answers one of these three; "
      .. "the criterion lists under `reads` the facts and lists it looks at." },
    { "not_met", "not_met(why, evidence)", "Needs a contrary fact, never silence." },
    { "undocumented", "undocumented(why)", "Nobody said." },
    { "trace", "trace(value, ...)", "Only while the function runs: a line that `rubric review --trace` shows; "
      .. "no part of the answer." },
  } },
}

local tests = {
  { ":at_least(x)  :at_most(x)  :more_than(x)  :less_than(x)  :between(a, b)", "numbers, durations and dates, in the unit of the fact" },
  { ':is "yes"  :is_not "yes"  :is_one_of { "a", "b" }', "choices, texts, numbers" },
  { ":in_set(codes { ... })", "codes" },
  { ':contains "refill"', "texts, and facts with many choices" },
  { ":present()", "somebody said something" },
  { ":before(d)  :after(d)  :on_or_after(d)  :on_or_before(d)", "dates" },
  { ":within(months(12))", "dates: in the span that ends on the date of service" },
  { ':agrees_with(line "level")', "another fact or field; a contradiction is a conflict" },
  { ":on_same_scale_as(other)", "both were measured on one named scale" },
}

local measures = {
  { ":within(months(12))  :before(d)  :after(d)  :on_or_after(d)", "narrows by the date of the records" },
  { ':with "relief_percent" :at_least(percent(80))', "narrows by a test on a field" },
  { ":count()  :rows()", "distinct dates; records" },
  { ':sum "units"', "the sum of a field" },
  { ":longest()  :total_duration()", "of treatments, trials, programs: the longest; all together, overlaps once" },
  { ':latest()  :earliest()  :worst "value"  :best "value"', "one record" },
  { ':latest():field "relief_percent"', "a field of that record, to be tested" },
  { ':some { side = "left" }  :every { ... }  :none { ... }', "a finding" },
}

local out

local function put(...) out[#out + 1] = format(...) end

local function cell(text) return (gsub(text, "|", "\\|")) end

local function sorted(map)
  local names = {}
  for name in next, map do names[#names + 1] = name end
  sort(names)
  return names
end

local function put_words()
  local known = {}
  for _, group in ipairs(groups) do
    put("### %s\n", group[1])
    put("| word | written | means |\n|---|---|---|")
    for _, word in ipairs(group[2]) do
      known[word[1]] = true
      put("| `%s` | `%s` | %s |", word[1], cell(word[2]), cell(word[3]))
    end
    put("")
  end
  for _, name in ipairs(sorted(deps.words)) do
    if not known[name] then error("reference: the word '" .. name .. "' is not described", 0) end
  end
end

local function put_pairs(title, list)
  put("### %s\n", title)
  put("| written | on |\n|---|---|")
  for _, pair in ipairs(list) do put("| `%s` | %s |", cell(pair[1]), cell(pair[2])) end
  put("")
end

local function kind_text(def)
  if def.choices then
    local text = "`" .. concat(def.choices, "` `") .. "`"
    return (def.many or def.choose == "all") and "any of " .. text or text
  end
  local text = def.kind
  if def.unit then text = text .. ", " .. def.unit end
  if def.many or def.choose == "all" then text = text .. ", many" end
  return text
end

local function where_text(found)
  if not found.list then return "the case itself" end
  local text = "`" .. found.list.name .. "." .. found.field.name .. "`"
  local parts = {}
  for i, f in ipairs(found.where) do
    parts[i] = f.field.name .. " " .. concat(f.values or {}, "/")
  end
  return #parts > 0 and text .. " (" .. concat(parts, ", ") .. ")" or text
end

local function found_text(fact)
  if #fact.found == 0 then return "answered" end
  local parts = {}
  for i, found in ipairs(fact.found) do parts[i] = where_text(found) end
  return fact.choose .. " of " .. concat(parts, ", ")
end

local function put_facts()
  local group
  for _, path in ipairs(catalogue.fact_names()) do
    local fact = catalogue.facts[path]
    local head = match(path, "^([^.]+)")
    if not fact.own then
      if head ~= group then
        if group then put("") end
        put("### %s\n", head)
        put("| fact | kind | question | found in | paper |\n|---|---|---|---|---|")
        group = head
      end
      put("| `%s` | %s | %s | %s | %s |", path, cell(kind_text(fact)), cell(fact.question),
          found_text(fact), cell(fact.document and fact.document.label or ""))
    end
  end
  put("")
end

local function world_text(list)
  if list.world == "closed" then return "closed: nothing there means none" end
  if list.closed_by then
    return "closed where the case says that `" .. list.closed_by
      .. "` is complete, else open: nothing there proves nothing"
  end
  return "open: nothing there proves nothing"
end

local function put_list(list)
  put("### %s\n", list.name)
  put("%s; %s.%s\n", list.about, world_text(list),
      list.date and " Dated by `" .. list.date .. "`." or "")
  put("| field | kind |\n|---|---|")
  for _, field in ipairs(list.fields) do
    put("| `%s` | %s |", field.name, cell(kind_text(field)))
  end
  put("")
end

local function put_lists()
  for _, name in ipairs(sorted(catalogue.lists)) do put_list(catalogue.lists[name]) end
end

local function put_numbers()
  put("| number | means |\n|---|---|")
  for _, entry in ipairs(errors.numbers) do put("| %s | %s |", entry[1], entry[2]) end
  put("")
end

local function markdown()
  out = {}
  put("# Reference of the policy language\n")
  put("For people who write a payer's policy. Written by the program from its own words and catalogue; "
      .. "do not edit it by hand.\n")
  put("## Words\n")
  put_words()
  put_pairs("Tests on a value", tests)
  put_pairs("Narrowing and measuring records", measures)
  put("Plain Lua is there too: `%s`. A policy has no clock, no random numbers and no files.\n",
      concat({ "ipairs", "math", "pairs", "string", "table", "tonumber", "tostring", "type", "utf8" }, "` `"))
  put("### The registry\n")
  put("`policies/registry.lua` says which policy serves whom, with the words `%s`.\n",
      concat(sorted(deps.registry_words), "` `"))
  put("```lua")
  put("payer \"acme\" { names = { \"Acme\" } }\n")
  put("register \"acme.epidural-injections\" {")
  put("  file = \"acme/epidural-injections.lua\", payer = \"acme\",")
  put("  where = { states = { \"OH\", \"KY\" }, plans = {}, lines_of_business = {}, places = { \"19\", \"22\" } },")
  put("  in_force = { from = \"2021-12-05\" }, source = \"Acme policy PM-115\",")
  put("  parameters = { repeat_relief = percent(50) },")
  put("  limits = { time_ms = 500 }, vouched = { \"library\" },")
  put("}\n")
  put("limits { case_mib = 16 }")
  put("```\n")
  put("## Facts\n")
  put("Every fact may also be answered under its own name. Of `many` or `any of` several values at once "
      .. "may hold; a test asks for any of them.\n")
  put_facts()
  put("## Lists\n")
  put("`lines`, `request` and `patient` are also asked with `line \"field\"`, `request \"field\"` "
      .. "and `patient \"field\"`.\n")
  put_lists()
  put("## Numbers of slips\n")
  put_numbers()
  return concat(out, "\n")
end

-- The signatures that editors read: docs/rubric.meta.lua.
local meta_kinds = {
  fact = "Value", line = "Value", request = "Value", patient = "Value", answer = "Value",
  records = "Records", codes = "Codes", all_of = "Finding", any_of = "Finding", none_of = "Finding",
  at_least = "Finding", negate = "Finding", met = "Verdict", not_met = "Verdict",
  undocumented = "Verdict", any_kind = "Choices", require = "any",
  trace = "nothing",
}

local meta_params = {
  fact = "path string", line = "field string", request = "field string", patient = "field string",
  answer = "link string", records = "list string", codes = "list (string|rubric.Codes)[]",
  all_of = "findings rubric.Finding[]", any_of = "findings rubric.Finding[]",
  none_of = "findings rubric.Finding[]", negate = "finding rubric.Finding",
  any_kind = "kinds string[]", date = "day string", by_date = "values table<string, any>",
  require = "name string",
}

local DECLARED = { policy = true, criterion = true, pathway = true, safeguard = true,
                   parameter = true, define_fact = true }
local MORE = { at_least = { "n integer", "findings rubric.Finding[]" },
               pick = { "choice rubric.Value", "values table<string, any>" },
               min = { "a any", "b any" }, max = { "a any", "b any" },
               met = { "why? string", "evidence? table" }, not_met = { "why? string", "evidence? table" },
               undocumented = { "why? string", "evidence? table" }, trace = { "... any" } }

local function meta_function(name, text)
  put("---%s", text)
  local params = MORE[name] or { DECLARED[name] and "id string" or meta_params[name] or "amount any" }
  local names = {}
  for i, param in ipairs(params) do
    put("---@param %s", param)
    names[i] = gsub(match(param, "^%S+"), "%?", "")
  end
  if DECLARED[name] then
    put("---@return fun(fields: table): %s", name == "parameter" and "rubric.Value" or "rubric.Declaration")
  else
    local kind = meta_kinds[name] or "Value"
    if kind ~= "nothing" then put("---@return %s", kind == "any" and "any" or "rubric." .. kind) end
  end
  put("function %s(%s) end\n", name, concat(names, ", "))
end

local function methods_of(class, names, result)
  put("---@class rubric.%s", class)
  put("local %s = {}\n", class)
  for _, name in ipairs(names) do
    put("---@return rubric.%s", result(name))
    put("function %s:%s(...) end\n", class, name)
  end
end

local TESTS = { "after", "agrees_with", "at_least", "at_most", "before", "between", "contains",
  "in_set", "is", "is_not", "is_one_of", "less_than", "more_than", "on_or_after", "on_or_before",
  "on_same_scale_as", "present", "within" }
local RECORDS = { after = "Records", before = "Records", on_or_after = "Records", within = "Records",
  with = "Value", count = "Value", rows = "Value", sum = "Value", longest = "Value",
  total_duration = "Value", latest = "Record", earliest = "Record", worst = "Record",
  best = "Record", some = "Finding", every = "Finding", none = "Finding" }

local function meta()
  out = {}
  put("---@meta rubric\n-- luacheck: ignore\n")
  put("-- Signatures of the policy language for editors. Written by the program; the words are")
  put("-- explained in reference.md.\n")
  put("---@class rubric.Finding\n---@class rubric.Codes\n---@class rubric.Verdict")
  put("---@class rubric.Choices\n---@class rubric.Declaration\n")
  methods_of("Value", TESTS, function() return "Finding" end)
  put("---@class rubric.Record")
  put("local Record = {}\n")
  put("---@param name string\n---@return rubric.Value\nfunction Record:field(name) end\n")
  methods_of("Records", sorted(RECORDS), function(name) return RECORDS[name] end)
  for _, group in ipairs(groups) do
    for _, word in ipairs(group[2]) do
      if word[1] == "requested" then
        put("---%s\n---@type table<string, rubric.Value>\nrequested = {}\n", word[3])
      else
        meta_function(word[1], word[3])
      end
    end
  end
  return concat(out, "\n")
end

return { markdown = markdown, meta = meta, tests = TESTS, records = sorted(RECORDS) }
