-- catalogue_spec.lua - the catalogue is whole, and every criterion of the
-- shipped families can be said with it.
-- luacheck: no max line length

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

-- The catalogue as plain data, through a prelude of its own.
local captured = {}
local function read()
  local lists, facts = {}, {}
  local function list(entry) lists[#lists + 1] = entry end
  local function fact(path, entry) facts[#facts + 1] = { path, entry } end
  assert(loadfile "src/prelude/catalogue_lists.lua")(list)
  local questions = assert(loadfile "src/prelude/catalogue_questions.lua")
  assert(loadfile "src/prelude/catalogue_pain.lua")(fact, questions(fact))
  assert(loadfile "src/prelude/catalogue_devices.lua")(fact, questions(fact))
  captured.lists, captured.facts = lists, facts
end
read()

local documents = assert(loadfile "src/prelude/catalogue_documents.lua")()
local expression = assert(loadfile "src/prelude/code_expression.lua")()(require "lpeg")

local WAYS = { path = true, map = true, prefix = true, by_code = true, unit = true, unit_path = true,
               count = true, const = true, age = true, span = true, since = true, otherwise = true,
               table = true }
local KINDS = { number = true, choice = true, text = true, date = true, duration = true, code = true,
                ["yes-no"] = true }

describe("the catalogue", function()
  it("asks a question and names a paper for each fact", function()
    for _, entry in ipairs(captured.facts) do
      local path, fact = entry[1], entry[2]
      assert.matches("^[%l%d_]+%.[%l%d_]+$", path)
      assert.matches("%?$", fact.question, nil, path)
      assert.is_table(documents[fact.document], path)
      assert.is_true(KINDS[fact.kind], path)
      if fact.kind == "choice" then assert.is_true(#fact.choices > 1, path) end
    end
  end)

  it("has more than 150 facts, each once", function()
    local seen = {}
    for _, entry in ipairs(captured.facts) do
      assert.is_nil(seen[entry[1]], entry[1])
      seen[entry[1]] = true
    end
    assert.is_true(#captured.facts > 150)
  end)

  local function check_way(name, way)
    for key in pairs(way) do assert.is_true(WAYS[key], name .. " " .. key) end
    for _, pair in ipairs(way.by_code or {}) do
      for _, text in ipairs(pair[1]) do
        local items, wrong = expression.parse(text)
        assert.is_table(items, name .. " " .. text .. " " .. (wrong and wrong.message or ""))
      end
    end
  end

  -- The values that a way can give.
  local function check_values(name, field, way)
    if field.kind ~= "choice" then return end
    local known = {}
    for _, choice in ipairs(field.choices) do known[choice] = true end
    for _, value in pairs(way.map or {}) do assert.is_true(known[value], name .. " " .. value) end
    for _, pair in ipairs(way.by_code or {}) do assert.is_true(known[pair[2]], name .. " " .. pair[2]) end
    for _, pair in ipairs(way.prefix or {}) do assert.is_true(known[pair[2]], name .. " " .. pair[2]) end
    if way.otherwise then assert.is_true(known[way.otherwise], name) end
  end

  it("finds each field by ways that the judge knows, within its choices", function()
    for _, list in ipairs(captured.lists) do
      for _, field in ipairs(list.fields) do
        local name, def = list.name .. "." .. field[1], field[2]
        assert.is_true(KINDS[def.kind], name)
        assert.is_true(#def.ways > 0, name)
        for _, way in ipairs(def.ways) do
          check_way(name, way)
          check_values(name, def, way)
        end
      end
    end
  end)

  it("dates and measures its lists by fields that they have", function()
    for _, list in ipairs(captured.lists) do
      local fields = {}
      for _, field in ipairs(list.fields) do fields[field[1]] = field[2] end
      if list.date then assert.equal("date", fields[list.date].kind, list.name) end
      for _, name in ipairs(list.period or {}) do assert.equal("date", fields[name].kind) end
      if list.period then assert.equal("duration", fields.duration.kind) end
      for _, skip in ipairs(list.skip or {}) do assert.is_table(fields[skip.field], list.name) end
    end
  end)

  it("makes a tree of every fact and every field at once", function()
    local lines = {}
    for i, entry in ipairs(captured.facts) do
      lines[i] = ("criterion \"f%d\" { cite = \"C\", says = \"S\", ask = \"A\", met = fact %q :present() }")
        :format(i, entry[1])
    end
    for _, list in ipairs(captured.lists) do
      for _, field in ipairs(list.fields) do
        local met = list.root and ("%s %q :present()"):format(list.name, field[1])
          or ("records %q :with %q :present() :some {}"):format(list.name, field[1])
        lines[#lines + 1] = ("criterion \"l%d\" { cite = \"C\", says = \"S\", ask = \"A\", met = %s }")
          :format(#lines, met)
      end
    end
    local tree, slips = host.load(host.head .. table.concat(lines, "\n"))
    assert.is_nil(slips)
    local decoded = host.decode(tree)
    assert.equal(#captured.facts, #decoded.facts)
    assert.equal(#captured.lists, #decoded.lists)
  end)
end)

-- One line for each criterion of the domain that the families need.
local sayings = {
  ["pain follows a nerve root"] = 'fact "pain.pattern" :is_one_of { "radicular", "claudication" }',
  ["root cause"] = 'fact "pain.root_cause" :is_one_of { "disc-herniation", "osteophyte", "foraminal-stenosis" }',
  ["history, examination and imaging agree"] = [[all_of { fact "record.history" :is "yes",
    fact "record.physical_exam" :is "yes", fact "imaging.modality" :is_one_of { "MR", "CT", "myelogram" },
    any_of { fact "imaging.concordant" :is "yes", all_of { fact "imaging.level" :agrees_with(line "level"),
    fact "imaging.side" :agrees_with(line "side") } } }]],
  ["severity with a named scale"] = 'all_of { fact "pain.affects_function" :is "yes", fact "pain.scale" :present() }',
  ["four weeks of pain"] = 'fact "pain.duration" :at_least(weeks(4))',
  ["care failed"] = [[any_of { all_of { fact "conservative.weeks" :at_least(weeks(4)),
    fact "conservative.outcome" :is_one_of { "failed", "not-tolerated" } },
    records "treatments" { conservative = true, outcome = "failed" } :longest() :at_least(weeks(4)) }]],
  ["guidance and contrast"] = [[all_of { fact "plan.guidance" :is_one_of { "fluoroscopy", "ct" },
    any_of { fact "plan.contrast" :is "yes", fact "safety.contrast_allergy" :is "yes", fact "safety.pregnancy" :is "yes" } }]],
  ["two transforaminal levels"] = [[records "lines" { approach = "transforaminal", same = "region" }
    :sum "levels" :at_most(levels(2))]],
  ["interlaminar never on both sides"] = [[any_of { line "approach" :is_not "interlaminar",
    line "side" :is_not "bilateral" }]],
  ["fourteen days after the failed first"] = [[(request "date_of_service" -
    records "procedures" { kind = "epidural-injection", same = "region" } :latest() :field "performed") :at_least(days(14))]],
  ["something changes"] = 'all_of { fact "repeat.changed" :is_one_of { "approach", "level", "drug" }, fact "repeat.rationale" :is "yes" }',
  ["four a year"] = [[(records "procedures" { kind = "epidural-injection", same = "region" } :within(months(12))
    :count() + requested.sessions) :at_most(4)]],
  ["longer than a year"] = [[all_of { fact "repeat.significant_disability" :is "yes",
    fact "repeat.long_term_reason" :is_one_of { "high-surgical-risk", "declines-surgery", "recurrence" },
    fact "repeat.primary_care_informed" :is "yes" }]],
  ["steroid ceiling"] = [[fact "plan.steroid_dose" :at_most(pick(fact "plan.steroid", { triamcinolone = mg(80),
    betamethasone = mg(12), dexamethasone = mg(15), methylprednisolone = mg(80), none = mg(0) }))]],
  ["exclusions"] = [[none_of { fact "pain.nonspecific_axial" :is "yes", fact "pain.crps" :is "yes",
    fact "pain.widespread" :is "yes", fact "pain.other_neuropathy" :is "yes", fact "pain.cervicogenic_headache" :is "yes",
    fact "plan.injectate" :is_one_of { "prp", "stem-cells", "amniotic", "other-biologic" }, fact "plan.other_blocks" :is "yes",
    fact "plan.series" :is "yes", fact "plan.sedation_routine" :is "yes", fact "safety.infection" :is "yes",
    fact "safety.cord_compression" :is "yes", fact "safety.suspected_malignancy" :is "yes" }]],
  ["imaging not older than two years"] = 'fact "imaging.date" :within(months(24))',
  ["three in six months"] = [[(records "procedures" { kind = "epidural-injection", same = "region" } :within(months(6))
    :count() + requested.sessions) :at_most(3)]],
  ["life expectancy"] = 'fact "patient.life_expectancy" :at_least(months(3))',
  ["catheter trial"] = [[all_of { fact "trial.method" :is "catheter", fact "trial.relief_percent" :at_least(percent(50)),
    fact "trial.side_effects" :is_one_of { "acceptable", "none" }, fact "trial.accepted" :is "yes" }]],
  ["pump exclusions"] = [[none_of { fact "safety.drug_allergy" :is "yes", fact "safety.infection" :is "yes",
    fact "safety.body_size_adequate" :is "no", fact "safety.device_crosstalk" :is "yes" }]],
  ["malignant or evaluated"] = [[any_of { fact "pain.origin" :is "malignant",
    all_of { fact "psych.evaluated" :is "yes", fact "psych.conclusion" :is "favorable" } }]],
  ["spasticity"] = [[all_of { fact "spasticity.severe" :is "yes", fact "spasticity.noninvasive_for" :at_least(weeks(6)),
    fact "spasticity.trial_favorable" :is "yes" }]],
  ["refill codes without an implant"] = [[all_of { records "lines" :some { code = codes { "62367-62370", "95990-95991" } },
    records "lines" :none { code = codes { "62350-62351", "62360-62362" } } }]],
  ["empty within two weeks"] = [[(fact "pump.usable_volume" * fact "pump.concentration" / fact "pump.daily_dose")
    :at_most(days(14))]],
  ["morphine units"] = [[records "lines" { code = "J2274" } :sum "units"
    :at_most(units(ceil(fact "pump.fill_amount" / mg(10))))]],
  ["benefit within a year"] = 'all_of { fact "pump.benefit" :is "yes", fact "pump.benefit_date" :within(months(12)) }',
  ["six months of pain, three since 2026"] = [[fact "pain.duration" :at_least(by_date {
    ["2010-01-01"] = months(6), ["2026-01-01"] = months(3) })]],
  ["program exclusions"] = [[none_of { fact "program.aggressive" :is "yes", fact "safety.suicide_imminent" :is "yes",
    fact "program.adequate_one_failed" :is "yes", fact "program.unrealistic_expectations" :is "yes",
    fact "program.medically_stable" :is "no", fact "program.understands_instructions" :is "no" }]],
  ["what is stated of mental health"] = [[all_of { fact "psych.conditions" :is_one_of { "none", "treated" },
    records "statements" { topic = "mental-health", by = "clinician" } :latest():field "conditions" :is "treated" }]],
  ["PHQ-9 without a suicide screen"] = [[all_of { fact "function.phq9" :at_least(points(20)),
    negate(fact "safety.suicide_screen" :is_one_of { "negative", "positive" }) }]],
  ["twenty days in all"] = '(fact "program.days_done" + fact "program.days_requested") :at_most(days(20))',
  ["hours fit the schedule"] = [[hours((records "lines" { code = "96164" } :sum "units" * 30
    + records "lines" { code = "96165" } :sum "units" * 15) / 60)
    :at_most(fact "program.days_requested" * fact "program.hours_per_day")]],
  ["two facet levels, two good blocks"] = [[all_of { line "levels" :at_most(levels(2)),
    records "procedures" { kind = "medial-branch-block", same = { "region", "side" } }
    :with "relief_percent" :at_least(percent(80)) :count() :at_least(2) }]],
  ["stimulator trial"] = [[any_of { fact "trial.relief_percent" :at_least(percent(50)),
    fact "trial.analgesic_reduction" :at_least(percent(50)) }]],
  ["three of six sacroiliac tests"] = [[at_least(3, { fact "sacroiliac.faber" :is "positive",
    fact "sacroiliac.gaenslen" :is "positive", fact "sacroiliac.thigh_thrust" :is "positive",
    fact "sacroiliac.compression" :is "positive", fact "sacroiliac.distraction" :is "positive",
    fact "sacroiliac.yeoman" :is "positive" })]],
}

describe("the language can say", function()
  local names = {}
  for name in pairs(sayings) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    it(name, function() assert.is_table(host.met(sayings[name]).criteria[1].met) end)
  end
end)
