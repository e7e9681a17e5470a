-- mtus.pain-program: each criterion met, not met and silent; which way a request takes; the
-- limits of ten and twenty days at them, one over and silent.

local FACTS = {
  ["program.evaluation"] = true, ["function.baseline_tests"] = true, ["treatment.conventional_failed"] = true,
  ["treatment.no_other_option"] = true, ["function.loss"] = true, ["program.surgery"] = "not-indicated",
  ["program.motivated"] = true, ["program.forgoes_secondary_gain"] = true,
  ["predictors.employer_relation"] = "absent", ["predictors.work_adjustment"] = "addressed",
  ["predictors.employment_outlook"] = "addressed", ["predictors.distress"] = "addressed",
  ["predictors.financial_dispute"] = "absent", ["predictors.smoking"] = "absent",
  ["predictors.long_disability"] = "addressed", ["predictors.opioid_use"] = "absent",
  ["predictors.high_pain"] = "addressed",
}

describe("mtus.pain-program", function()
  policy "mtus-pain-program.lua"

  local base = casefile {
    lines = { "97799" }, asOf = "2015-02-16",
    treatments = { { kind = "physical-therapy", period = { start = "2012-03-05", ["end"] = "2012-06-29" },
                     outcome = { result = "failed" } } },
  }:with(FACTS)
  local first = base:with { ["program.continuation"] = false, ["program.days_requested"] = days(10) }
  local goes_on = base:with {
    ["program.continuation"] = true, ["program.days_requested"] = days(10), ["program.patient_returns"] = true,
    ["program.subjective_gains"] = true, ["program.objective_gains"] = true, ["program.biweekly_summary"] = true,
    programs = { { kind = "pain-rehabilitation", status = "in-progress", daysDone = 10,
                   period = { start = "2015-01-26", ["end"] = "2015-02-06" } } },
  }

  it("approves a first stay and going on when the record is complete", function()
    assert.recommends("approve", first)
    assert.recommends("approve", goes_on)
  end)

  for _, row in ipairs {
    { "evaluation", "program.evaluation", { true }, { false } },
    { "evaluation", "function.baseline_tests", { true }, { false } },
    { "earlier-methods", "treatment.conventional_failed", { true }, { false } },
    { "earlier-methods", "treatment.no_other_option", { true }, { false } },
    { "loss-of-function", "function.loss", { true }, { false } },
    { "surgery", "program.surgery", { "not-indicated", "done-first" }, { "indicated" } },
    { "motivation", "program.motivated", { true }, { false } },
    { "motivation", "program.forgoes_secondary_gain", { true }, { false } },
    { "predictor-employer", "predictors.employer_relation", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-work-adjustment", "predictors.work_adjustment", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-employment-outlook", "predictors.employment_outlook", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-distress", "predictors.distress", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-financial-dispute", "predictors.financial_dispute", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-smoking", "predictors.smoking", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-long-disability", "predictors.long_disability", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-opioid-use", "predictors.opioid_use", { "absent", "addressed" }, { "not-addressed" } },
    { "predictor-high-pain", "predictors.high_pain", { "absent", "addressed" }, { "not-addressed" } },
  } do
    local id, path = row[1], row[2]
    it(("%s, by %s: met, not met, and asked for where nobody said"):format(id, path), function()
      for _, value in ipairs(row[3]) do assert.criterion(id, first:with { [path] = value }, "met") end
      for _, value in ipairs(row[4]) do
        assert.criterion(id, first:with { [path] = value }, "not met")
        assert.recommends("refer to physician", first:with { [path] = value })
      end
      assert.criterion(id, first:without(path), "undocumented")
      assert.recommends("pend", first:without(path))
    end)
  end

  it("wants earlier methods with their dates and results, not the word that they failed", function()
    local period = { start = "2012-03-05", ["end"] = "2012-06-29" }
    for _, treatments in ipairs { none,
      { { kind = "physical-therapy", outcome = { result = "failed" } } },
      { { kind = "physical-therapy", period = period } },
      { { kind = "regenerative", period = period, outcome = { result = "failed" } } },
      { { kind = "physical-therapy", period = period, outcome = { result = "failed" }, about = "other" } },
    } do
      local case = first:with { treatments = treatments }
      assert.criterion("earlier-methods", case, "undocumented")
      assert.recommends("pend", case)
    end
  end)

  it("wants an evaluation of before the request", function()
    local function evaluated(day)
      return first:without { "program.evaluation", "function.baseline_tests" }:with { evaluations = {
        { kind = "multidisciplinary", performed = day }, { kind = "functional", performed = day } } }
    end
    assert.criterion("evaluation", evaluated "2015-02-16", "met")
    assert.criterion("evaluation", evaluated "2015-02-17", "undocumented")
    assert.criterion("evaluation", evaluated(nil), "undocumented")
    assert.recommends("pend", evaluated(nil))
  end)

  it("takes the patient's or a clinician's word for motivation, not the requester's", function()
    local function said_by(who)
      return first:without "program.motivated"
        :with { statements = { { topic = "motivation", value = "yes", by = who } } }
    end
    assert.criterion("motivation", said_by "patient", "met")
    assert.criterion("motivation", said_by "clinician", "met")
    assert.criterion("motivation", said_by "requester", "undocumented")
    assert.criterion("motivation", said_by(nil), "undocumented")
  end)

  it("tries ten visits where optional surgery may be avoided, and no more", function()
    local avoided = first:with { ["program.surgery"] = "optional-avoided" }
    assert.criterion("surgery", avoided, "met")
    assert.criterion("surgery", avoided:with { ["program.days_requested"] = days(11) }, "not met")
  end)

  -- Which way ---------------------------------------------------------------------------------------

  describe("the way a request takes", function()
    local function ways(case)
      local found = {}
      for _, criterion in ipairs(judge(case).criteria) do found[criterion.id] = criterion.finding end
      return found["initial-days"] ~= "not_applicable", found["total-days"] ~= "not_applicable"
    end

    it("is the first stay where it is said to be", function()
      assert.same({ true, false }, { ways(first) })
      assert.same({ true, false }, { ways(base:with { ["request.type"] = "initial" }) })
      assert.same({ true, false }, { ways(base:with { ["program.days_done"] = days(0) }) })
    end)

    it("is going on where a day was attended or the request says so", function()
      assert.same({ false, true }, { ways(base:with { ["program.continuation"] = true }) })
      assert.same({ false, true }, { ways(base:with { ["request.type"] = "continuation" }) })
      assert.same({ false, true }, { ways(base:with { ["program.days_done"] = days(1) }) })
      assert.same({ false, true }, { ways(base:with { ["program.hours_done"] = hours(4) }) })
      assert.same({ false, true }, { ways(base:with { ["program.words_of_continuation"] = true }) })
    end)

    it("is both where nobody said", function()
      assert.same({ true, true }, { ways(base) })
      assert.recommends("pend", base)
    end)

    it("is referred where the request says both", function()
      local both = goes_on:with { ["request.type"] = "initial" }
      assert.criterion("one-account", both, "not met")
      assert.recommends("refer to physician", both)
      assert.criterion("one-account", base, "met")
    end)
  end)

  -- The limits ----------------------------------------------------------------------------------------

  describe("a first request", function()
    local function asks(day_count, hour_count)
      return first:with { ["program.days_requested"] = day_count and days(day_count) or none,
                          ["program.hours_requested"] = hour_count and hours(hour_count) or none }
    end

    for _, row in ipairs {
      { 10, nil, "approve" }, { 11, nil, "refer" }, { 20, nil, "refer" }, { nil, 80, "approve" }, { nil, 81, "refer" },
      { 10, 80, "approve" }, { 20, 80, "approve" }, { 20, 160, "refer" }, { nil, nil, "pend" },
    } do
      it(("for %s days and %s hours: %s"):format(row[1] or "no", row[2] or "no", row[3]), function()
        assert.recommends(row[3], asks(row[1], row[2]))
      end)
    end

    it("shows which limit it exceeds", function()
      assert.criterion("initial-days", asks(11), "not met")
      assert.criterion("initial-hours", asks(nil, 81), "not met")
      assert.criterion("initial-days", asks(), "undocumented")
      assert.criterion("initial-hours", asks(), "undocumented")
    end)
  end)

  describe("going on", function()
    local function asks(day_count) return goes_on:with { ["program.days_requested"] = days(day_count) } end

    it("ends at twenty days in all: the next one is a physician's", function()
      assert.criterion("total-days", asks(10), "met")
      assert.criterion("total-days", asks(11), "not met")
      assert.recommends("refer to physician", asks(11))
      assert.criterion("total-days", goes_on:without "program.days_requested", "undocumented")
    end)

    it("ends at one hundred and sixty hours where only hours are known", function()
      local function hours_asked(count)
        return goes_on:with { ["program.hours_requested"] = hours(count), ["program.hours_done"] = hours(80),
                              ["program.days_requested"] = none, programs = {
          { kind = "pain-rehabilitation", status = "in-progress",
            period = { start = "2015-01-26", ["end"] = "2015-02-06" } } } }
      end
      assert.recommends("approve", hours_asked(80))
      assert.criterion("total-hours", hours_asked(80), "met")
      assert.criterion("total-hours", hours_asked(81), "not met")
      assert.recommends("refer to physician", hours_asked(81))
      assert.criterion("total-hours", goes_on:without "program.days_requested", "undocumented")
    end)

    for id, path in pairs { ["subjective-gains"] = "program.subjective_gains",
                            ["objective-gains"] = "program.objective_gains",
                            ["summary"] = "program.biweekly_summary" } do
      it("wants " .. id .. " beyond two weeks, and not before", function()
        assert.criterion(id, goes_on, "met")
        assert.criterion(id, goes_on:with { [path] = false }, "not met")
        assert.criterion(id, goes_on:without(path), "undocumented")
        local early = goes_on:without(path):with { ["program.days_requested"] = days(5), programs = {
          { kind = "pain-rehabilitation", status = "in-progress", daysDone = 5,
            period = { start = "2015-02-02", ["end"] = "2015-02-06" } } } }
        assert.criterion(id, early, "met")
        assert.recommends("approve", early)
      end)
    end

    it("is the same program", function()
      assert.criterion("same-program", goes_on, "met")
      assert.criterion("same-program", goes_on:with { ["program.patient_returns"] = false }, "not met")
      assert.criterion("same-program", goes_on:without "program.patient_returns", "undocumented")
    end)

    it("follows within thirty days", function()
      local function ended(day)
        return goes_on:with { programs = { { kind = "pain-rehabilitation", status = "in-progress", daysDone = 10,
                                             period = { start = "2015-01-05", ["end"] = day } } } }
      end
      assert.criterion("no-long-gap", ended "2015-01-17", "met")
      assert.criterion("no-long-gap", ended "2015-01-16", "not met")
      assert.criterion("no-long-gap", ended(nil), "undocumented")
    end)

    it("beyond twenty days shows a physician the reason, the plan and the outcomes", function()
      for id, path in pairs { ["longer-reason"] = "program.extension_rationale",
                              ["longer-plan"] = "program.individual_plan",
                              ["longer-outcomes"] = "program.proven_outcomes" } do
        local long = asks(11):with { ["program.goals"] = true }
        assert.criterion(id, long:with { [path] = true }, "met")
        assert.criterion(id, long:with { [path] = false }, "not met")
        assert.criterion(id, long, "undocumented")
        assert.criterion(id, goes_on, "not applicable")
        assert.criterion(id, first, "not applicable")
        assert.recommends("refer to physician", long:with { [path] = true })
      end
    end)
  end)

  -- The forum --------------------------------------------------------------------------------------------

  it("says in an independent review that the record does not establish it", function()
    local silent = base:edit(function(document) document.kind = "independent-medical-review" end)
    assert.recommends("refer to physician", silent)
    assert.reason("record_does_not_establish", silent)
  end)

  it("has no version after the guideline was replaced", function()
    policy(nil)
    local case = casefile "cases/a08-record-completed.json"
    local function on(day)
      return case:edit(function(document)
        document.asOf, document.request.lines[1].serviced = day, { start = day }
      end)
    end
    assert.reason("policy_version_unknown", on "2016-07-28")
    assert.equal("mtus.pain-program", judge(on "2016-07-27").policy.id)
    policy "mtus-pain-program.lua"
  end)
end)
