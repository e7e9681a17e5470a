-- language_spec.lua - what each word of the language puts into the tree.
-- luacheck: no max line length

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

-- The met of one criterion, as the tree holds it.
local function met(expression, before)
  local tree = host.met(expression, before)
  return tree.criteria[1].met, tree
end

local function test(expression, before)
  local node, tree = met(expression, before)
  assert.equal("test", node.op)
  return node, tree
end

local function const(kind, number, unit)
  return { op = "const", kind = kind, number = number, unit = unit }
end

describe("tests", function()
  for _, row in ipairs {
    { "at_least", 'fact "pain.score" :at_least(points(6))', const("number", 6, "points") },
    { "at_most", 'fact "pain.score" :at_most(points(6))', const("number", 6, "points") },
    { "more_than", 'fact "pain.score" :more_than(points(5.5))', const("number", 5.5, "points") },
    { "less_than", 'fact "pain.duration" :less_than(months(3))', const("duration", 3, "months") },
    { "is", 'fact "plan.levels" :is(levels(2))', const("number", 2, "levels") },
    { "more_than", 'fact "plan.rfa_temperature" :more_than(degrees(80))', const("number", 80, "degrees") },
    { "within", 'fact "imaging.date" :within(months(24))', const("duration", 24, "months") },
  } do
    it(":" .. row[1] .. " holds its amount", function()
      local node = test(row[2])
      assert.equal(row[1], node.test)
      assert.same(row[3], node.right)
    end)
  end

  for _, row in ipairs {
    { ":before", "less_than" }, { ":after", "more_than" },
    { ":on_or_after", "at_least" }, { ":on_or_before", "at_most" },
  } do
    it(row[1] .. " compares dates", function()
      local node = test('fact "imaging.date" ' .. row[1] .. '(date "2025-01-01")')
      assert.equal(row[2], node.test)
      assert.same({ op = "const", kind = "date", date = "2025-01-01" }, node.right)
    end)
  end

  it(":between holds both ends", function()
    local node = test 'fact "pain.score" :between(points(4), points(6))'
    assert.same({ const("number", 4, "points"), const("number", 6, "points") }, { node.right, node.right2 })
  end)

  it(":is, :is_not and :is_one_of hold choices, true and false as well", function()
    assert.same({ "yes" }, test('fact "plan.contrast" :is "yes"').values)
    assert.same({ "no" }, test('fact "plan.contrast" :is(false)').values)
    local node = test 'fact "plan.contrast" :is_not "yes"'
    assert.same({ "is_not", { "yes" } }, { node.test, node.values })
    assert.same({ "ct", "mri" }, test('fact "plan.guidance" :is_one_of { "ct", "mri" }').values)
  end)

  it(":in_set holds a set, and :is on a code too", function()
    local node, tree = test 'line "code" :in_set(codes { "64483" })'
    assert.same({ "64483" }, tree.sets[node.set + 1].text)
    node, tree = test 'line "code" :is "64483"'
    assert.same({ "in_set", { "64483" } }, { node.test, tree.sets[node.set + 1].text })
    assert.equal("negate", met('line "code" :is_not "64483"').op)
  end)

  it(":contains and :present", function()
    local node = test 'request "message" :contains "refill"'
    assert.same({ "contains", { "refill" } }, { node.test, node.values })
    assert.equal("present", test('fact "pump.model" :present()').test)
  end)

  it(":agrees_with and :on_same_scale_as hold another value", function()
    local node = test 'fact "imaging.level" :agrees_with(line "level")'
    assert.same({ "agrees_with", { op = "line", field = "level" } }, { node.test, node.right })
    node = test 'records "procedures" :latest() :field "scale" :on_same_scale_as(fact "pain.scale")'
    assert.same({ "on_same_scale_as", { op = "fact", fact = 0 } }, { node.test, node.right })
  end)

  it("takes a plain number for what is counted, and an age in years", function()
    assert.same(const("number", 4, "count"), test('records "procedures" :count() :at_most(4)').right)
    assert.same(const("number", 18, "years"), test('patient "age" :at_least(years(18))').right)
    assert.same(const("duration", 4, "weeks"), test('fact "conservative.weeks" :at_least(weeks(4))').right)
    assert.same(const("number", 0.5, "mg"), test('fact "plan.steroid_dose" :at_least(mcg(500))').right)
  end)
end)

describe("findings together", function()
  local a, b = 'fact "plan.contrast" :is "yes"', 'fact "plan.series" :is "no"'

  for word, op in pairs { all_of = "all", any_of = "any", none_of = "none" } do
    it(word, function()
      local node = met(word .. " { " .. a .. ", " .. b .. " }")
      assert.same({ op, 2 }, { node.op, #node.of })
    end)
  end

  it("at_least and negate", function()
    local node = met("at_least(1, { " .. a .. ", " .. b .. " })")
    assert.same({ "at_least", 1, 2 }, { node.op, node.n, #node.of })
    assert.equal("test", met("negate(" .. a .. ")").of.op)
  end)
end)

describe("what is asked about", function()
  it("fact, line, requested, request, patient, answer, the date of service", function()
    assert.same({ op = "fact", fact = 0 }, test('fact "plan.contrast" :is "yes"').left)
    assert.same({ op = "line", field = "units" }, test('line "units" :at_most(units(1))').left)
    assert.same({ op = "line", field = "units" }, test('requested.units :at_most(units(1))').left)
    assert.same({ op = "request", field = "urgency" }, test('request "urgency" :is "expedited"').left)
    assert.same({ op = "patient", field = "age" }, test('patient "age" :at_least(years(18))').left)
    assert.same({ op = "answer", link = "q", kind = "number" }, test('answer "q" :at_least(3)').left)
    assert.same({ op = "answer", link = "q", kind = "choice" }, test('answer "q" :is "yes"').left)
  end)

  it("keeps the reason that a criterion names, and none where it names none", function()
    local tree = host.decode((host.load(host.head .. [[
criterion "a" { cite = "C", says = "S", ask = "A", met = fact "pain.score" :at_least(points(4)),
  reason = "units_over_limit" }
criterion "b" { cite = "C", says = "S", ask = "A", met = fact "pain.score" :at_least(points(4)) }]])))
    assert.equal("units_over_limit", tree.criteria[1].reason)
    assert.is_nil(tree.criteria[2].reason)
  end)

  it("makes a span of a computed number of days, and of nothing else", function()
    local node = test [[(fact "pump.last_refill" + days(fact "pump.fill_amount" / fact "pump.daily_dose"))
      :on_or_before(request "date_of_service")]].left
    assert.equal("+", node.fn)
    assert.equal("*", node.args[2].fn)
    assert.same({ op = "const", kind = "duration", number = 1, unit = "days" }, node.args[2].args[1])
    assert.equal("floor", node.args[2].args[2].fn)
    assert.same({ op = "date_of_service" }, test('request "date_of_service" :after(date "2025-01-01")').left)
  end)

  it("puts the lists behind line, request and patient into the tree", function()
    local _, tree = met 'all_of { line "units" :at_most(units(1)), request "urgency" :is "standard", patient "age" :at_least(years(18)) }'
    local names = {}
    for i, list in ipairs(tree.lists) do names[i] = list.name .. (list.root and " (root)" or "") end
    assert.same({ "lines", "request (root)", "patient (root)" }, names)
    assert.same({ "request.lines" }, tree.lists[1].from)
  end)
end)

describe("records", function()
  local function rec(expression)
    local node, tree = met(expression .. " :count() :at_least(1)")
    return node.left.records, tree
  end

  it("are narrowed by choices, lists, truth and codes, in one order", function()
    local r = rec 'records "treatments" { outcome = "failed", kind = { "exercise", "massage" }, conservative = true }'
    assert.same({
      { field = "conservative", test = "is", values = { "yes" } },
      { field = "kind", test = "is_one_of", values = { "exercise", "massage" } },
      { field = "outcome", test = "is", values = { "failed" } },
    }, r.where)
    assert.same({ "exercise", "massage" }, rec('records "treatments" { kind = any_kind { "exercise", "massage" } }').where[1].values)
    local with_codes, tree = rec 'records "procedures" { code = codes { "64483" } }'
    assert.same({ "64483" }, tree.sets[with_codes.where[1].set + 1].text)
  end)

  it("are narrowed again without changing what they came from", function()
    local node = met('any_of { all :count() :at_least(1), all { side = "left" } :count() :at_least(1) }',
                     'local all = records "procedures" { kind = "epidural-injection" }')
    assert.equal(1, #node.of[1].left.records.where)
    assert.equal(2, #node.of[2].left.records.where)
  end)

  it("may have to be as the line", function()
    local r, tree = rec 'records "procedures" { same = { "region", "side" } }'
    assert.same({ "region", "side" }, r.same)
    assert.same({ "procedures", "lines" }, { tree.lists[1].name, tree.lists[2].name })
  end)

  it("are bounded in time", function()
    assert.same(const("duration", 12, "months"), rec('records "procedures" :within(months(12))').within)
    for _, word in ipairs { "before", "after", "on_or_after" } do
      assert.same({ op = "const", kind = "date", date = "2025-01-01" },
                  rec('records "procedures" :' .. word .. '(date "2025-01-01")')[word])
    end
  end)

  it("are narrowed by a test", function()
    assert.same({ { field = "relief_percent", test = "at_least", right = const("number", 80, "percent") } },
                rec('records "procedures" :with "relief_percent" :at_least(percent(80))').where)
    assert.same({ { field = "side", test = "is_one_of", values = { "left", "right" } } },
                rec('records "procedures" :with "side" :is_one_of { "left", "right" }').where)
  end)

  for measure, amount in pairs { count = "4", rows = "4", longest = "weeks(4)", total_duration = "weeks(4)" } do
    it("are measured: " .. measure, function()
      local node = test('records "treatments" :' .. measure .. "() :at_least(" .. amount .. ")")
      assert.same({ "measure", measure }, { node.left.op, node.left.measure })
    end)
  end

  it("are added up by a field", function()
    assert.same("floor", test([[line "units" :at_most(units(floor(fact "pump.fill_amount" / fact "pump.daily_dose")))]]).right.fn)
    local node = test 'records "lines" :sum "units" :at_most(units(4))'
    assert.same({ "sum", "units" }, { node.left.measure, node.left.field })
  end)

  for _, which in ipairs { "latest", "earliest" } do
    it("give the " .. which, function()
      local node = test('records "procedures" :' .. which .. '() :field "relief_percent" :at_least(percent(50))')
      assert.same({ "field", which, "relief_percent" }, { node.left.op, node.left.of.pick, node.left.field })
    end)
  end

  for _, which in ipairs { "worst", "best" } do
    it("give the " .. which, function()
      local node = test('records "observations" { name = "odi" } :' .. which .. ' "value" :field "value" :at_least(points(40))')
      assert.same({ which, "value" }, { node.left.of.pick, node.left.of.field })
      assert.same(const("number", 40), node.right)
    end)
  end

  it("some, every and none are findings", function()
    for word, op in pairs { some = "some", every = "every", none = "none_of_records" } do
      local node = met('records "examination" :' .. word .. ' { result = "positive" }')
      assert.same({ op, { { field = "result", test = "is", values = { "positive" } } } }, { node.op, node.where })
    end
    assert.same({}, met('records "imaging" { modality = "MR" } :some()').where)
  end)
end)

describe("values", function()
  it("are computed", function()
    local node = test '(records "procedures" :count() + requested.sessions) :at_most(4)'
    assert.same({ "arith", "+" }, { node.left.op, node.left.fn })
    node = test '(request "date_of_service" - fact "imaging.date") :at_most(months(24))'
    assert.equal("-", node.left.fn)
    node = test '(fact "pump.usable_volume" * fact "pump.concentration" / fact "pump.daily_dose") :at_most(days(14))'
    assert.same(const("number", 14, "days"), node.right)
  end)

  for _, fn in ipairs { "ceil", "floor" } do
    it("are rounded: " .. fn, function()
      local node = test('requested.units :at_most(' .. fn .. '(fact "pump.fill_amount" / mg(10)))')
      assert.same({ "arith", fn }, { node.right.op, node.right.fn })
    end)
  end

  it("are the smaller or the larger", function()
    assert.equal("min", test('min(fact "pump.next_refill", fact "pump.alarm_date") :after(date "2025-01-01")').left.fn)
    assert.equal("max", test('fact "pain.duration" :at_least(max(weeks(4), days(30)))').right.fn)
  end)

  it("take another unit by its word", function()
    local node = test 'hours(records "lines" :sum "units" / 4) :at_most(fact "program.hours_requested")'
    assert.equal("arith", node.left.op)
  end)

  it("are picked by a choice", function()
    local node = test 'fact "plan.steroid_dose" :at_most(pick(fact "plan.steroid", { triamcinolone = mg(80), dexamethasone = mg(15) }))'
    assert.same({ { "dexamethasone", const("number", 15, "mg") }, { "triamcinolone", const("number", 80, "mg") } },
                node.right.choices)
  end)

  it("change with the date", function()
    local node = test 'fact "pain.duration" :at_least(by_date { ["2026-01-01"] = months(3), ["2020-01-01"] = months(6) })'
    assert.same({ { from = "2020-01-01", value = const("duration", 6, "months") },
                  { from = "2026-01-01", value = const("duration", 3, "months") } }, node.right.values)
  end)

  it("are parameters, by date where they have one", function()
    local node, tree = test('fact "pain.duration" :at_least(care)',
      'local care = parameter "care" { { from = "2025-01-01", value = weeks(6), cite = "X" }, { value = weeks(4) } }')
    assert.same({ op = "parameter", index = 0 }, node.right)
    assert.same({ { from = "null", value = const("duration", 4, "weeks"), cite = "" },
                  { from = "2025-01-01", value = const("duration", 6, "weeks"), cite = "X" } },
                tree.parameters[1].values)
  end)
end)

describe("a policy", function()
  local full = [[
policy "acme.x" {
  title = "T", source = "S", version = "7", in_force = { from = "2025-01-01", to = "2025-12-31" },
  covers = codes { "64483-64484", "J2274" }, selects_by = "request",
}
local z = fact "pain.origin" :is "herpes-zoster"
criterion "a" {
  cite = "C1", says = "S1", ask = "A1", met = z, unless = z, only_if = z, accepts = "extracted",
  confidence = "P", document = "progress-note",
}
criterion "b" { cite = "C2", says = "S2", ask = "A2", met = fact "pain.crps" :is "no", presume_absent = true, presume_cite = "P" }
pathway "p" {
  says = "PS", cite = "PC", when = z, unless = fact "pain.crps" :is "yes",
  criterion "c" { cite = "C3", says = "S3", met = records "lines" :some { code = "64484" } },
}
criterion "d" {
  cite = "C4", says = "S4", ask = "A4", reads = { "pain.score", "treatments" },
  met = function(case) return met("because") end,
}
safeguard "s" { cite = "C5", says = "S5", ask = "A5", when = z, unless = z, instead_of = { "pend", "approve" },
  recommend = "refer", expedite = true, bridge = true }
]]
  local text, _, prelude = host.load(full)
  local functions = prelude.functions
  local tree = host.decode(text)

  it("carries its head", function()
    assert.same({ "rubric-tree/1", "acme.x", "T", "S", "7", "request", "test.lua", "null" },
      { tree.schema, tree.id, tree.title, tree.source, tree.version, tree.selects_by, tree.file, tree.extends })
    assert.same({ from = "2025-01-01", to = "2025-12-31" }, tree.in_force)
    assert.same({ "64483-64484", "J2274" }, tree.sets[tree.covers + 1].text)
  end)

  it("carries each field of a criterion", function()
    local a, b = tree.criteria[1], tree.criteria[2]
    assert.same({ "a", "C1", "S1", "A1", "extracted", "P", "null", 6, "test.lua" },
      { a.id, a.cite, a.says, a.ask, a.accepts, a.confidence, a.pathway, a.line, a.file })
    assert.same({ code = "11506-3", label = "Progress note" }, a.document)
    assert.same({ "test", "test" }, { a.unless.op, a.only_if.op })
    assert.same({ true, "P", "confirmed" }, { b.presume_absent, b.presume_cite, b.accepts })
  end)

  it("takes a paper by its name, label or code", function()
    for _, document in ipairs { '"progress-note"', '"Progress note"', '"11506-3"',
                                '{ code = "11506-3", label = "Progress note" }' } do
      local made = host.met('fact "plan.contrast" :is "yes", document = ' .. document)
      assert.same({ code = "11506-3", label = "Progress note" }, made.criteria[1].document)
    end
  end)

  it("links criteria to their pathway", function()
    assert.same({ "c", 0, "" }, { tree.criteria[3].id, tree.criteria[3].pathway, tree.criteria[3].ask })
    assert.same({ "p", "PS", "PC" }, { tree.pathways[1].id, tree.pathways[1].says, tree.pathways[1].cite })
    assert.same({ "test", "test" }, { tree.pathways[1].when.op, tree.pathways[1].unless.op })
  end)

  it("carries function criteria beside the tree", function()
    local d = tree.criteria[4]
    assert.same({ op = "function", index = 0 }, d.met)
    assert.same({ "pain.score", "treatments" }, d.reads)
    assert.equal(1, tree.functions)
    local finding, why = prelude.verdict(functions[1]())
    assert.same({ "met", "because" }, { finding, why })
  end)

  it("carries its safeguards", function()
    local s = tree.safeguards[1]
    assert.same({ "s", true, true, { "approve", "pend" } }, { s.id, s.expedite, s.bridge, s.instead_of })
  end)

  it("holds each fact and list in use, once, and no other", function()
    local names = {}
    for i, fact in ipairs(tree.facts) do names[i] = fact.path end
    assert.same({ "pain.origin", "pain.crps", "pain.score" }, names)
    local lists = {}
    for _, list in ipairs(tree.lists) do
      assert.is_nil(lists[list.name])
      lists[list.name] = #list.fields
    end
    assert.is_true(lists.treatments > 15)
    assert.is_nil(lists.imaging)
  end)

  it("is the same text in every process", function()
    for _ = 1, 3 do
      local again = host.load(full, {})
      assert.equal(text, again)
    end
  end)

  it("takes title, source and parameters from the registry", function()
    local with = host.decode((host.load(host.head .. 'local p = parameter "care" { weeks(4) }', nil, {
      as = { title = "Mine", source = "Acme policy PM-115" },
      parameters = { care = { kind = "duration", number = 6, unit = "weeks" } },
    })))
    assert.same({ "Mine", "Acme policy PM-115" }, { with.title, with.source })
    assert.same(const("duration", 6, "weeks"), with.parameters[1].values[1].value)
    assert.equal("1: policy 't.p' has no parameter 'cure' | did you mean 'care'? (P027)",
      host.slips(host.head .. 'local p = parameter "care" { weeks(4) }', nil,
                 { parameters = { cure = { kind = "duration", number = 6, unit = "weeks" } } }))
    assert.equal("1: parameter 'care' is a duration, not 6 | "
      .. "compare it with days(), weeks(), months() or years() (P028)",
      host.slips(host.head .. 'local p = parameter "care" { weeks(4) }', nil,
                 { parameters = { care = { kind = "number", number = 6 } } }))
  end)
end)

describe("a payer's own", function()
  it("facts are used like those of the catalogue, and gone with the next policy", function()
    local node, tree = test('fact "acme.steps" :at_least(days(3))',
      'define_fact "acme.steps" { kind = "number", unit = "days", question = "How many?", document = "progress-note", '
      .. 'found = { list = "observations", where = { name = "other" }, field = "value" } }')
    assert.same(const("number", 3, "days"), node.right)
    assert.same({ { list = 0, where = { { field = "name", test = "is", values = { "other" } } }, field = "value" } },
                tree.facts[1].found)
    assert.equal("2: no fact is called 'acme.steps' | docs/reference.md lists the facts; "
      .. "a payer's own are declared with define_fact (P015)", host.slips(host.head .. 'local a = fact "acme.steps"'))
  end)

  it("modules are read by require, and their slips named in their own file", function()
    local files = { ["acme.shared"] = { "acme/shared.lua", 'return { zoster = fact "pain.origin" :is "herpes-zoster" }' } }
    local use = host.head .. 'local shared = require "acme.shared"\n'
      .. 'criterion "c" { cite = "C", says = "S", ask = "A", met = shared.zoster }'
    assert.equal("", host.slips(use, files))
    files["acme.shared"][2] = '\nreturn { zoster = fact "pain.orign" :is "herpes-zoster" }'
    assert.equal("acme/shared.lua:2: no fact is called 'pain.orign' | did you mean 'pain.origin'? (P015)",
                 host.slips(use, files))
  end)
end)
