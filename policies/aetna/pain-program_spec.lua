-- aetna.pain-program, the edition of 2026: each criterion met, not met and silent, each number
-- at it, one over and silent. The program begins on 2026-06-15 and has seventeen days.

local WHEN = { start = "2026-06-15", ["end"] = "2026-07-07" }

local function line(code, units, when)
  return { code = code, quantity = units and { value = units } or nil, serviced = when or WHEN }
end

local ONE_OF_EACH = {
  line("96130", 1), line("96132", 1), line("96138", 1), line("96164", 17), line("96165", 102), line("97110", 34),
  line("97150", 34), line("97162", 1), line("97166", 1), line("97535", 17), line("97750", 8), line("99213", 3),
  line("99243", 1), line("80307", 2), line("80364", 1),
}

local FACTS = {
  ["program.surgery"] = "not-indicated", ["treatment.conventional_failed"] = true,
  ["treatment.single_modality_failed"] = true, ["psych.conditions"] = "in-treatment", ["psych.stable"] = true,
  ["function.impact"] = true, ["referral.by"] = "primary-care", ["pain.cause"] = "physical",
  ["program.aggressive"] = false, ["safety.suicide_imminent"] = false, ["safety.suicide_screen"] = "negative",
  ["program.adequate_one_failed"] = false, ["program.unrealistic_expectations"] = false,
  ["program.medically_stable"] = true, ["program.understands_instructions"] = true,
  ["program.setting"] = "outpatient", ["program.kind"] = "multidisciplinary", ["program.schedule"] = true,
  ["function.baseline_tests"] = true, ["program.days_requested"] = days(17), ["program.hours_per_day"] = 7,
  ["program.exercise_apart"] = true, ["program.group_led_by"] = "psychologist", ["meds.opioids"] = true,
  ["psych.cognitive_complaint"] = true, ["function.phq9"] = 12,
}

local function complete()
  local case = casefile {
    lines = ONE_OF_EACH,
    diagnoses = { { system = "icd-10-cm", code = "G89.4", onset = "2019-02-01" } },
    treatments = { { kind = "physical-therapy", period = { start = "2024-02-05", ["end"] = "2024-05-31" },
                     outcome = { result = "failed" } } },
    evaluations = { { kind = "psychological", performed = "2026-05-20" } },
  }
  return case:with(FACTS)
end

-- The same request, of which nobody said how many units.
local function uncounted(case)
  return case:edit(function(document) document.request.lines[1].quantity = nil end)
end

-- A pain that began so.
local function onset(day) return { { system = "icd-10-cm", code = "G89.4", onset = day } } end

describe("aetna.pain-program of 2026", function()
  policy "pain-program.lua"
  local full = complete()

  it("approves the whole program when the packet is complete", function()
    assert.recommends("approve", full)
    assert.asks_for({}, full)
  end)

  -- The facts that settle a criterion by themselves: met, not met, and nobody said.
  for _, row in ipairs {
    { "surgery", "program.surgery", { "not-indicated", "done-first" }, { "indicated", "optional-avoided" } },
    { "single-treatments-failed", "treatment.single_modality_failed", { true }, { false } },
    { "mental-health", "psych.conditions", { "none", "treated", "in-treatment" }, { "untreated" } },
    { "impairment", "function.impact", { true }, { false } },
    { "referral", "referral.by", { "primary-care", "attending" }, { "specialist", "self", "none" } },
    { "cause", "pain.cause", { "physical", "mixed", "unknown" }, { "psychogenic" } },
    { "not-aggressive", "program.aggressive", { false }, { true } },
    { "no-failed-program", "program.adequate_one_failed", { false }, { true } },
    { "realistic-expectations", "program.unrealistic_expectations", { false }, { true } },
    { "medically-stable", "program.medically_stable", { true }, { false } },
    { "psychologically-stable", "psych.stable", { true }, { false } },
    { "understands", "program.understands_instructions", { true }, { false } },
    { "several-disciplines", "program.kind", { "multidisciplinary" }, { "single-discipline" } },
    { "baseline-tests", "function.baseline_tests", { true }, { false } },
    { "schedule", "program.schedule", { true }, { false } },
  } do
    local id, path = row[1], row[2]
    it(id .. " is met, not met, and asked for where nobody said", function()
      for _, value in ipairs(row[3]) do assert.criterion(id, full:with { [path] = value }, "met") end
      for _, value in ipairs(row[4]) do
        local against = full:with { [path] = value }
        assert.criterion(id, against, "not met")
        assert.recommends("refer to physician", against)
      end
      local silent = full:without(path)
      assert.criterion(id, silent, "undocumented")
      assert.recommends("pend", silent)
    end)
  end

  describe("the duration of the pain", function()
    for _, row in ipairs {
      { "is met above three months", "2026-03-14", "met" },
      { "is not met at three months", "2026-03-15", "not met" },
      { "is not met below", "2026-05-01", "not met" },
      { "is not known from a month alone", "2026-03", "undocumented" },
    } do
      it(row[1], function()
        assert.criterion("chronic-pain", full:with { diagnoses = onset(row[2]) }, row[3])
      end)
    end

    it("is asked for when nobody said", function()
      local silent = full:with { diagnoses = { "G89.4" } }
      assert.criterion("chronic-pain", silent, "undocumented")
      assert.recommends("pend", silent)
    end)

    it("does not count for pain that comes from cancer", function()
      local cancer = full:with { diagnoses = { { system = "icd-10-cm", code = "G89.3", onset = "2019-02-01" } } }
      assert.criterion("chronic-pain", cancer, "not met")
    end)
  end)

  describe("conventional treatment", function()
    local function treated(one) return full:with { treatments = { one } } end
    local period = { start = "2024-02-05", ["end"] = "2024-05-31" }

    it("has failed when it is said and dated", function()
      for _, kind in ipairs { "physical-therapy", "psychotherapy", "medication", "cbt" } do
        assert.criterion("conventional-treatment",
          treated { kind = kind, period = period, outcome = { result = "failed" } }, "met")
      end
    end)

    it("needs a date and a result", function()
      assert.criterion("conventional-treatment",
        treated { kind = "physical-therapy", outcome = { result = "failed" } }, "undocumented")
      assert.criterion("conventional-treatment", treated { kind = "physical-therapy", period = period }, "undocumented")
    end)

    it("is not a biologic that is still investigated", function()
      assert.criterion("conventional-treatment",
        treated { kind = "regenerative", period = period, outcome = { result = "failed" } }, "undocumented")
    end)

    it("has not failed when the record says so", function()
      assert.criterion("conventional-treatment", full:with { ["treatment.conventional_failed"] = false }, "not met")
    end)
  end)

  describe("the evaluation of mental health", function()
    it("comes before the program", function()
      local function evaluated(day)
        return full:with { evaluations = { { kind = "psychological", performed = day } } }
      end
      assert.criterion("evaluation-before-program", evaluated "2026-06-15", "met")
      assert.criterion("evaluation-before-program", evaluated "2026-06-16", "not met")
      assert.criterion("evaluation-before-program", evaluated(nil), "undocumented")
    end)

    it("is asked for when there is none, or one without a date", function()
      assert.criterion("mental-health", full:without "evaluations", "undocumented")
      local undated = full:with { evaluations = { { kind = "psychological", conclusion = "favorable" } } }
      assert.criterion("mental-health", undated, "undocumented")
      assert.recommends("pend", undated)
    end)

    it("is not settled by the word of who asks for the program", function()
      local function said_by(who)
        return full:without "psych.conditions":with { statements = {
          { topic = "mental-health", value = "treated", by = who } } }
      end
      assert.criterion("mental-health", said_by "clinician", "met")
      assert.criterion("mental-health", said_by "requester", "undocumented")
      assert.criterion("mental-health", said_by "patient", "undocumented")
      assert.criterion("mental-health", said_by(nil), "undocumented")
      assert.recommends("pend", said_by "requester")
    end)

    it("is a conflict where two accounts of the treatment exclude each other", function()
      local two = full:without "psych.conditions":with { statements = {
        { topic = "mental-health", value = "treated", by = "requester" },
        { topic = "mental-health", value = "untreated", by = "clinician" } } }
      assert.criterion("mental-health", two, "undocumented")
      assert.reason("evidence_conflict", two)
      assert.recommends("refer to physician", two)
    end)
  end)

  it("takes tests of function that have a date before the program", function()
    local function tested(day)
      return full:without "function.baseline_tests":with { evaluations = {
        { kind = "psychological", performed = "2026-05-20" }, { kind = "functional", performed = day } } }
    end
    assert.criterion("baseline-tests", tested "2026-06-15", "met")
    assert.criterion("baseline-tests", tested "2026-06-16", "undocumented")
    assert.criterion("baseline-tests", tested(nil), "undocumented")
  end)

  it("does not take the onset of another disease for that of the pain", function()
    local case = full:with { diagnoses = { "G89.4", { code = "I10", onset = "2005-01-01" } } }
    assert.criterion("chronic-pain", case, "undocumented")
    assert.recommends("pend", case)
  end)

  -- Suicide and depression ---------------------------------------------------------------------

  describe("the suicide screen", function()
    local severe = full:with { ["function.phq9"] = 20 }

    it("is needed at a PHQ-9 of 20, whatever else is on file", function()
      assert.recommends("approve", severe)
      assert.recommends("refer to physician", severe:without "safety.suicide_screen")
      assert.recommends("refer to physician", severe:with { ["safety.suicide_screen"] = "not-done" })
    end)

    it("is one paper among others below 20", function()
      local below = full:with { ["function.phq9"] = 19 }:without { "safety.suicide_screen", "safety.suicide_imminent" }
      assert.criterion("not-suicidal", below, "undocumented")
      assert.recommends("pend", below)
    end)

    it("is a paper among others where no score is on file", function()
      assert.recommends("pend", full:without { "safety.suicide_screen", "safety.suicide_imminent", "function.phq9" })
    end)

    it("refers at once when it is positive or the risk is imminent", function()
      for _, changes in ipairs {
        { ["safety.suicide_screen"] = "positive", ["safety.suicide_imminent"] = none },
        { ["safety.suicide_imminent"] = true },
      } do
        local answer = judge(full:with(changes))
        assert.equal("refer", answer.recommendation)
        assert.is_true(answer.expedite)
      end
    end)

    it("is settled by a clinician who finds no imminent risk", function()
      assert.recommends("approve", full:with { ["safety.suicide_screen"] = "positive" })
    end)

    it("never lets a risk pass for none", function()
      assert.criterion("not-suicidal",
        full:with { ["safety.suicide_screen"] = "positive", ["safety.suicide_imminent"] = true }, "not met")
    end)
  end)

  describe("a PHQ-9 score and what the note calls it", function()
    for _, row in ipairs {
      { 4, "minimal", "approve" }, { 5, "minimal", "refer" }, { 5, "mild", "approve" },
      { 9, "mild", "approve" }, { 10, "mild", "refer" }, { 10, "moderate", "approve" },
      { 14, "moderate", "approve" }, { 15, "moderate", "refer" }, { 15, "moderately-severe", "approve" },
      { 19, "moderately-severe", "approve" }, { 20, "moderately-severe", "refer" }, { 20, "severe", "approve" },
    } do
      it(("%d, %s: %s"):format(row[1], row[2], row[3]), function()
        assert.recommends(row[3], full:with { ["function.phq9"] = row[1], ["psych.phq9_called"] = row[2] })
      end)
    end

    it("need no name", function()
      assert.recommends("approve", full:with { ["function.phq9"] = 20 }:without "psych.phq9_called")
    end)
  end)

  -- The program ----------------------------------------------------------------------------------

  describe("an inpatient program", function()
    local inpatient = full:with { ["program.setting"] = "inpatient" }

    it("has twenty-one days at most", function()
      assert.criterion("inpatient-days", inpatient:with { ["program.inpatient_days"] = days(21) }, "met")
      assert.criterion("inpatient-days", inpatient:with { ["program.inpatient_days"] = days(22) }, "not met")
      assert.criterion("inpatient-days", inpatient, "undocumented")
      assert.criterion("inpatient-days", full, "not applicable")
    end)

    it("is asked about where the setting is not known", function()
      local silent = full:without "program.setting"
      assert.criterion("inpatient-days", silent, "undocumented")
      assert.recommends("pend", silent)
    end)
  end)

  it("does not cover what the bulletin names, and takes silence for its absence", function()
    for id, path in pairs { ["no-named-urine-panel"] = "program.named_urine_panel",
                            ["no-named-monitoring"] = "program.named_monitoring" } do
      assert.criterion(id, full, "met")
      assert.criterion(id, full:with { [path] = false }, "met")
      assert.criterion(id, full:with { [path] = true }, "not met")
    end
  end)

  -- Codes, units, hours -----------------------------------------------------------------------------

  describe("the units of a line", function()
    for _, row in ipairs {
      { "group-first-units", "96164", 17 }, { "group-therapy-units", "97150", 34 },
      { "exercise-units", "97110", 102 }, { "drug-screen-units", "80307", 17 }, { "opioid-assay-units", "80364", 17 },
      { "visit-units", "99213", 17 }, { "visit-units", "99243", 17 },
    } do
      local id, code, most = row[1], row[2], row[3]
      it(("of %s are %d in seventeen days, and one more is referred"):format(code, most), function()
        assert.criterion(id, full:with { lines = { line(code, most) } }, "met")
        local over = full:with { lines = { line(code, most + 1) } }
        assert.criterion(id, over, "not met")
        assert.recommends("refer to physician", over)
        assert.criterion(id, uncounted(full:with { lines = { line(code) } }), "undocumented")
        assert.criterion(id, full:with { lines = { line(code, 1) } }:without "program.days_requested", "undocumented")
      end)
    end

    it("of 96165 are six a day", function()
      local function asked(units) return full:with { lines = { line("96164", 17), line("96165", units) } } end
      assert.equal("approve", judge(asked(102)).lines[2].recommendation)
      local answer = judge(asked(103))
      assert.equal("refer", answer.lines[2].recommendation)
      assert.equal("approve", answer.lines[1].recommendation)
    end)

    it("show their arithmetic", function()
      local answer = judge(full:with { lines = { line("97150", 65) } })
      for _, criterion in ipairs(answer.criteria) do
        if criterion.id == "group-therapy-units" then
          assert.equal("sum of lines.units is 65, not at most 34", criterion.because)
        end
      end
    end)

    it("of two lines of one code count together", function()
      assert.criterion("group-first-units", full:with { lines = { line("96164", 9), line("96164", 9) } }, "not met")
    end)

    it("of a line for one day keep to that day", function()
      local day = { start = "2026-06-15", ["end"] = "2026-06-15" }
      for code, most in pairs { ["96164"] = 1, ["97150"] = 2, ["97110"] = 6, ["80307"] = 1, ["80364"] = 1 } do
        assert.criterion("units-of-one-day", full:with { lines = { line(code, most, day) } }, "met")
        assert.criterion("units-of-one-day", full:with { lines = { line(code, most + 1, day) } }, "not met")
        assert.criterion("units-of-one-day", full:with { lines = { line(code, most + 1) } }, "met")
      end
      assert.recommends("approve", full:with { lines = { line("96164", 1, day), line("96165", 6, day) } })
      assert.recommends("refer", full:with { lines = { line("96164", 1, day), line("96165", 7, day) } })
    end)

    it("of an evaluation are one", function()
      for _, code in ipairs { "96130", "96132", "96138", "97162", "97166" } do
        assert.criterion("evaluation-once", full:with { lines = { line(code, 1) } }, "met")
        assert.criterion("evaluation-once", full:with { lines = { line(code, 2) } }, "not met")
        assert.criterion("evaluation-once", full:with { lines = { line(code, 1), line(code, 1) } }, "not met")
        assert.criterion("evaluation-once", uncounted(full:with { lines = { line(code) } }), "undocumented")
      end
    end)
  end)

  describe("added time", function()
    for added, base in pairs { ["96165"] = "96164", ["96131"] = "96130", ["96133"] = "96132", ["96139"] = "96138" } do
      local id = added == "96165" and "group-with-base" or "test-with-base"

      local function finding(lines)
        for _, criterion in ipairs(judge(full:with { lines = lines }).criteria) do
          if criterion.id == id and criterion.line == #lines then return criterion.finding end
        end
      end

      it("by " .. added .. " needs " .. base .. " on the same day", function()
        assert.equal("met", finding { line(base, 1), line(added, 1) })
        assert.equal("not_met", finding { line(added, 1) })
        assert.equal("not_met", finding { line(base, 1, { start = "2026-06-22" }), line(added, 1) })
        assert.equal("met", finding { { code = base }, { code = added } })
      end)
    end
  end)

  describe("the hours of a day", function()
    -- 17 x 30 + 102 x 15 minutes are 34 hours: two a day.
    local groups = full:with { lines = { line("96164", 17), line("96165", 102) } }

    for _, row in ipairs {
      { "are enough where the schedule has as many", 2, "met" },
      { "are too few below that", 1.9, "not met" },
      { "are asked for", none, "undocumented" },
    } do
      it(row[1], function()
        assert.criterion("hours-a-day", groups:with { ["program.hours_per_day"] = row[2] }, row[3])
      end)
    end

    it("count each timed code by its own minutes, and none for sessions of group therapy", function()
      for code, minutes in pairs { ["96130"] = 60, ["96131"] = 60, ["96132"] = 60, ["96133"] = 60, ["96138"] = 30,
                                   ["96139"] = 30, ["96164"] = 30, ["96165"] = 15, ["97110"] = 15, ["97535"] = 15,
                                   ["97750"] = 15 } do
        -- Four units in one day of so many hours, and of a little less.
        local one = full:with { lines = { line(code, 4) }, ["program.days_requested"] = days(1) }
        assert.criterion("hours-a-day", one:with { ["program.hours_per_day"] = minutes * 4 / 60 }, "met")
        assert.criterion("hours-a-day", one:with { ["program.hours_per_day"] = minutes * 4 / 60 - 0.25 }, "not met")
      end
      assert.criterion("hours-a-day", full:with { lines = { line("97150", 34) }, ["program.hours_per_day"] = 1 },
        "not applicable")
    end)
  end)

  it("keeps exercise and group therapy apart", function()
    local both = { line("97110", 34), line("97150", 34) }
    assert.criterion("exercise-apart", full:with { lines = both }, "met")
    assert.criterion("exercise-apart", full:with { lines = both, ["program.exercise_apart"] = false }, "not met")
    assert.criterion("exercise-apart", full:with { lines = both }:without "program.exercise_apart", "undocumented")
    assert.criterion("exercise-apart", full:with { lines = { line("97110", 34) } }, "not applicable")
  end)

  describe("a behavioral group", function()
    local group = full:with { lines = { line("96164", 17) } }

    it("is for a condition of the body", function()
      assert.criterion("group-diagnosis", group, "met")
      local mental = group:with { diagnoses = { "F33.1" } }
      assert.criterion("group-diagnosis", mental, "undocumented")
      local function order(body, mind)
        return group:with { diagnoses = { { code = "F33.1", sequence = mind }, { code = "M54.50", sequence = body } } }
      end
      assert.criterion("group-diagnosis", order(1, 2), "met")
      assert.criterion("group-diagnosis", order(2, 1), "undocumented")
      assert.criterion("group-diagnosis", order(nil, nil), "undocumented")
      assert.criterion("group-diagnosis", full:with { lines = { line("97110", 34) } }, "not applicable")
    end)

    it("is not led by a physician", function()
      assert.criterion("group-leader", group, "met")
      assert.criterion("group-leader", group:with { ["program.group_led_by"] = "other-clinician" }, "met")
      assert.criterion("group-leader", group:with { ["program.group_led_by"] = "physician" }, "not met")
      assert.criterion("group-leader", group:without "program.group_led_by", "undocumented")
    end)
  end)

  it("wants a reason for neuropsychological tests and for an assay of opioids", function()
    local tests = full:with { lines = { line("96132", 1) } }
    assert.criterion("neuropsychology-reason", tests, "met")
    assert.criterion("neuropsychology-reason", tests:with { ["psych.cognitive_complaint"] = false }, "not met")
    assert.criterion("neuropsychology-reason", tests:without "psych.cognitive_complaint", "undocumented")
    local assay = full:with { lines = { line("80364", 1) } }
    assert.criterion("opioid-assay-reason", assay, "met")
    assert.criterion("opioid-assay-reason",
      assay:with { ["meds.opioids"] = false, ["program.opioid_assay_reason"] = true }, "met")
    assert.criterion("opioid-assay-reason",
      assay:with { ["meds.opioids"] = false, ["program.opioid_assay_reason"] = false }, "not met")
    assert.criterion("opioid-assay-reason", assay:with { ["meds.opioids"] = false }, "undocumented")
  end)
end)
