-- Every criterion of the policy on the sacroiliac joint seen met, not met and undocumented, and
-- every threshold at, just short of it, and silent.

describe("cms.sacroiliac-joint", function()
  policy "cms.sacroiliac-joint"

  local first   = casefile "cases/sacroiliac-first-diagnostic.json"
  local treated = casefile "cases/a24-sacroiliac-relief-75.json"
  local again   = casefile "cases/sacroiliac-treated-again.json"
  local rows    = require "rubric.rows" { describe, it, first }

  local function done(purpose, performed, percent_of, day, more)
    local outcome = { reliefPercent = percent_of, measuredOn = day or performed, scale = "NRS" }
    for key, value in pairs(more or {}) do outcome[key] = value ~= none and value or nil end
    return { kind = "sacroiliac-injection", status = "completed", performed = performed, purpose = purpose,
             bodySite = { laterality = "left" }, outcome = outcome }
  end
  local function sessions(purpose, ...) -- on the other side: only the year's limit counts them
    local list = {}
    for i, day in ipairs { ... } do
      list[i] = { kind = "sacroiliac-injection", performed = day, purpose = purpose,
                  bodySite = { laterality = "right" } }
    end
    return list
  end
  local function with(list, more)
    local out = {}
    for _, record in ipairs(list) do out[#out + 1] = record end
    out[#out + 1] = more
    return out
  end
  local function line(code, modifier, side, place)
    return { code = code, modifier = modifier, quantity = { value = 1 }, serviced = { start = "2026-03-17" },
             placeOfService = place or "11", bodySite = { laterality = side or "left" } }
  end

  it("approves a complete first test, a treatment and another", function()
    for _, case in ipairs { first, treated, again } do
      assert.recommends("approve", case)
      assert.asks_for({}, case)
    end
  end)

  -- Indication ---------------------------------------------------------------------------------

  rows.yes_or_no("pain-over-the-joint", "pain.over_sacroiliac_joint", "yes")
  rows.yes_or_no("below-l5", "pain.below_l5", "yes")
  rows.yes_or_no("no-other-cause", "pain.other_pathology", "no")

  local function onset(day) return { diagnoses = { { code = "M46.1", onset = day } } } end
  rows.of("duration-of-pain", {
    { "is met at three months",           onset "2025-12-17", "met", "approve" },
    { "is not met a day short of that",   onset "2025-12-18", "not met", "refer to physician" },
    { "is undocumented when nobody says", { diagnoses = { "M46.1" } }, "undocumented", "pend" },
  })

  rows.of("three-positive-tests", {
    { "is met by three of six",        {}, "met", "approve" },
    { "is met by another three",       { ["sacroiliac.faber"] = "negative", ["sacroiliac.yeoman"] = "positive" },
      "met", "approve" },
    { "is not met by two",             { ["sacroiliac.faber"] = "negative" }, "not met", "refer to physician" },
    { "is undocumented by two, where one was not done", { ["sacroiliac.faber"] = none }, "undocumented", "pend" },
    { "is met by three, where the others were not done", { ["sacroiliac.compression"] = none,
      ["sacroiliac.distraction"] = none, ["sacroiliac.yeoman"] = none }, "met", "approve" },
    { "takes no other sign in their place", { ["sacroiliac.faber"] = none,
      examination = { { name = "other", result = "positive", text = "pointing with one finger" } } }, "undocumented" },
    { "is undocumented without any",   { ["sacroiliac.faber"] = none, ["sacroiliac.gaenslen"] = none,
      ["sacroiliac.thigh_thrust"] = none, ["sacroiliac.compression"] = none, ["sacroiliac.distraction"] = none,
      ["sacroiliac.yeoman"] = none }, "undocumented", "pend" },
  })
  it("counts each of the six tests", function()
    local silent = first:without { "sacroiliac.faber", "sacroiliac.gaenslen", "sacroiliac.thigh_thrust",
                                   "sacroiliac.compression", "sacroiliac.distraction", "sacroiliac.yeoman" }
    for _, name in ipairs { "faber", "gaenslen", "thigh_thrust" } do
      silent = silent:with { ["sacroiliac." .. name] = "negative" }
    end
    local three = { ["sacroiliac.compression"] = "positive", ["sacroiliac.distraction"] = "positive",
                    ["sacroiliac.yeoman"] = "positive" }
    assert.criterion("three-positive-tests", silent:with(three), "met")
    for name in pairs(three) do
      assert.criterion("three-positive-tests", silent:with(three):with { [name] = "negative" }, "not met")
    end
  end)

  local function care(last)
    return { treatments = { { kind = "physical-therapy", status = "completed", outcome = { result = "failed" },
                              period = { start = "2025-11-03", ["end"] = last } } } }
  end
  rows.of("conservative-care", {
    { "is met at four weeks",           care "2025-12-01", "met", "approve" },
    { "is not met a day short of that", care "2025-11-30", "not met", "refer to physician" },
    { "is undocumented without any",    { treatments = none }, "undocumented", "pend" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 4, ["conservative.outcome"] = "failed" }, "met", "approve" },
    { "is undocumented by an answer of three weeks",
      { treatments = none, ["conservative.weeks"] = 3, ["conservative.outcome"] = "failed" }, "undocumented" },
    { "is met when it was not tolerated", { treatments = none, ["treatment.not_tolerated"] = true }, "met" },
    { "is met when it must not be given", { treatments = none, ["treatment.contraindicated"] = true }, "met" },
  })

  rows.of("baseline-scale", {
    { "is met by a numeric score",       {}, "met" },
    { "is met by a disability index",    { observations = none, ["function.odi"] = 40 }, "met", "approve" },
    { "is undocumented without a score", { observations = none }, "undocumented", "pend" },
  })

  describe("the diagnoses", function()
    for _, row in ipairs {
      { "M43.28", "met", "met" }, { "M46.1", "met", "met" }, { "M47.818", "met", "met" }, { "M53.3", "met", "met" },
      { "M43.27", "undocumented", "met" }, { "M47.817", "undocumented", "met" }, { "M53.88", "undocumented", "met" },
      { "M79.18", "undocumented", "undocumented" }, { "M79.10", "undocumented", "met" },
      { "M54.5", "undocumented", "met" }, { "M79.1", "undocumented", "met" }, -- ended in 2021 and in 2018
    } do
      it("take " .. row[1], function()
        local case = first:with { diagnoses = { { code = row[1], onset = "2025-08-18" } } }
        assert.criterion("diagnosis", case, row[2])
        assert.criterion("diagnosis-of-the-joint", case, row[3])
        assert.recommends(row[2] == "met" and "approve" or "pend", case)
      end)
    end
    it("are asked for", function() assert.criterion("diagnosis", first:with { diagnoses = none }, "undocumented") end)
  end)

  describe("the codes of the policy", function()
    for _, code in ipairs { "27096", "64451", "64625", "G0260" } do
      it("hold " .. code, function() assert.is_not_nil(judge(first:with { line = { code = code } }).policy) end)
    end
    -- beside them: the injection without imaging, a facet joint; 64622 ended in 2011
    for _, code in ipairs { "20552", "64493", "64622" } do
      it("do not hold " .. code, function() assert.reason("no_policy", first:with { line = { code = code } }) end)
    end
  end)

  -- Technique and codes ----------------------------------------------------------------------------

  it("refers an ablation of this joint", function()
    local case = first:with { line = { code = "64625" } }
    assert.criterion("not-an-ablation", case, "not met")
    assert.criterion("not-an-ablation", first, "met")
    assert.recommends("refer to physician", case)
  end)

  rows.of("image-guidance", {
    { "is met by fluoroscopy",    {}, "met" },
    { "is met by CT",             { ["plan.guidance"] = "ct" }, "met", "approve" },
    { "is not met by ultrasound", { ["plan.guidance"] = "ultrasound" }, "not met", "refer to physician" },
    { "is met by ultrasound with an allergy",
      { ["plan.guidance"] = "ultrasound", ["safety.contrast_allergy"] = true }, "met", "approve" },
    { "is met by ultrasound in pregnancy",
      { ["plan.guidance"] = "ultrasound", ["safety.pregnancy"] = true }, "met" },
    { "is not met without any, even with an allergy",
      { ["plan.guidance"] = "none", ["safety.contrast_allergy"] = true }, "not met", "refer to physician" },
    { "is undocumented when nobody says", { ["plan.guidance"] = none }, "undocumented", "pend" },
    { "does not apply to an ablation", { line = { code = "64625" } }, "not applicable" },
  })
  rows.yes_or_no("contrast", "plan.contrast", "yes")
  rows.of("contrast", {
    { "is excused by an allergy", { ["plan.contrast"] = false, ["safety.contrast_allergy"] = true }, "met",
      "approve" },
  })

  rows.of("facility-code", {
    { "is met in an outpatient hospital", { line = { code = "G0260", placeOfService = "22" } }, "met", "approve" },
    { "is met in a surgery center",       { line = { code = "G0260", placeOfService = "24" } }, "met" },
    { "is not met in an office",          { line = { code = "G0260", placeOfService = "11" } }, "not met",
      "refer to physician" },
    { "does not apply to a physician's code", {}, "not applicable" },
  })
  it("asks for the place of a facility code", function()
    local case = first:with { line = { code = "G0260" } }:edit(function(document)
      document.request.lines[1].placeOfService = nil
    end)
    assert.criterion("facility-code", case, "undocumented")
    assert.recommends("pend", case)
  end)

  local KX = { "KX", "LT" }
  rows.of("one-way-a-side", {
    { "is met by one",               {}, "met" },
    { "is not met by joint and nerves of one side", { lines = { line("27096", KX), line("64451", KX) } }, "not met",
      "refer to physician" },
    { "is met by one way on each side",
      { lines = { line("27096", KX), line("64451", { "KX", "RT" }, "right") } }, "met", "approve" },
    { "is not met where one line is for both",
      { lines = { line("27096", { "KX", "50" }, "bilateral"), line("64451", { "KX", "RT" }, "right") } }, "not met" },
    { "does not apply to a facility", { line = { code = "G0260", placeOfService = "22" } }, "not applicable" },
  })
  it("takes no code beside the two for one of them", function()
    for code, beside in pairs { ["27096"] = "64450", ["64451"] = "27095" } do
      assert.criterion("one-way-a-side", first:with { lines = { line(code, KX), line(beside, { "LT" }) } }, "met", 1)
    end
  end)
  it("does not know of a side that nobody names", function()
    local case = first:with { lines = { line("27096", { "KX" }), line("64451", { "KX" }) } }:edit(function(document)
      for _, one in ipairs(document.request.lines) do one.bodySite = nil end
    end)
    assert.criterion("one-way-a-side", case, "undocumented")
    assert.criterion("side-stated", case, "undocumented")
    assert.recommends("pend", case)
  end)

  rows.of("side-stated", {
    { "is met", {}, "met" },
    { "does not apply to an ablation", { line = { code = "64625" } }, "not applicable" },
  })
  rows.of("bilateral-modifier", {
    { "is met by modifier 50",       { line = line("27096", { "KX", "50" }, "bilateral") }, "met", "approve" },
    { "is not met without it",       { line = line("27096", { "KX" }, "bilateral") }, "not met", "refer to physician" },
    { "is not asked of a surgery center", { line = line("G0260", { "KX" }, "bilateral", "24") }, "not applicable" },
    { "does not apply to one side",  {}, "not applicable" },
  })
  rows.of("diagnostic-modifier", {
    { "is met by KX on a diagnostic line",      {}, "met" },
    { "is met when nobody says what it is for", { ["plan.purpose"] = none }, "met", "approve" },
    { "is not met without KX",           { line = { modifier = { "LT" } } }, "not met", "refer to physician" },
    { "is not met by KX on a treatment", { ["plan.purpose"] = "therapeutic" }, "not met", "refer to physician" },
    { "is met by a treatment without KX", {}, "met", of = treated },
  })
  rows.of("units", {
    { "is met by one",     {}, "met" },
    { "is not met by two", { line = { quantity = { value = 2 } } }, "not met", "refer to physician" },
  })

  -- Tests --------------------------------------------------------------------------------------------

  rows.of("diagnostic-sessions", {
    { "is met by the second",    { procedures = sessions("diagnostic", "2025-09-01") }, "met", "approve" },
    { "is not met by the third", { procedures = sessions("diagnostic", "2025-06-02", "2025-09-01") }, "not met",
      "refer to physician" },
    { "does not count what is twelve months ago",
      { procedures = sessions("diagnostic", "2025-03-17", "2025-09-01") }, "met" },
    { "counts what is a day less", { procedures = sessions("diagnostic", "2025-03-18", "2025-09-01") }, "not met" },
    { "counts a date once", { procedures = sessions("diagnostic", "2025-09-01", "2025-09-01") }, "met" },
    { "is undocumented where nobody says what one was for",
      { procedures = with(sessions("diagnostic", "2025-06-02"), sessions(nil, "2025-09-01")[1]) }, "undocumented",
      "pend" },
    { "is undocumented while nobody says that there were no more", { complete = none }, "undocumented", "pend" },
    { "does not apply to a treatment", {}, "not applicable", of = treated },
  })
  local function tested(percent_of, more)
    return { procedures = { done("diagnostic", "2026-02-03", percent_of, nil, more) } }
  end
  rows.of("relief-from-first", {
    { "is met at seventy-five percent", tested(75), "met", "approve" },
    { "is not met at seventy-four",     tested(74), "not met", "refer to physician" },
    { "is undocumented when nobody says", tested(nil), "undocumented", "pend" },
    { "does not apply to a first",      {}, "not applicable" },
    { "does not apply after two years", { procedures = { done("diagnostic", "2024-03-17", 10) } }, "not applicable" },
    { "applies a day before that",      { procedures = { done("diagnostic", "2024-03-18", 10) } }, "not met" },
  })
  rows.of("first-measured", {
    { "is met with scale and date",      tested(75), "met" },
    { "is undocumented without a date",  tested(75, { measuredOn = none }), "undocumented", "pend" },
    { "is undocumented without a scale", tested(75, { scale = none }), "undocumented", "pend" },
    { "contradicts on another scale",    tested(75, { scale = "ODI" }), "undocumented", "refer to physician" },
  })

  -- Treatments ---------------------------------------------------------------------------------------

  local function at(id, list)
    for _, row in ipairs(list) do row.of = row.of or treated end
    rows.of(id, list)
  end
  at("good-diagnostic", {
    { "is met at seventy-five percent",  tested(75), "met", "approve" },
    { "is not met at seventy-four",      tested(74), "not met", "refer to physician" },
    { "is undocumented when nobody says", tested(nil), "undocumented", "pend" },
    { "is undocumented without a scale", tested(80, { scale = none }), "undocumented", "pend" },
    { "is undocumented without a date",  tested(80, { measuredOn = none }), "undocumented", "pend" },
    { "is not met without any test",     { procedures = none }, "not met", "refer to physician" },
    { "is undocumented while nobody says what was done", { procedures = none, complete = none }, "undocumented",
      "pend" },
    { "does not count the other side", { procedures = { { kind = "sacroiliac-injection", performed = "2026-02-03",
      purpose = "diagnostic", bodySite = { laterality = "right" },
      outcome = { reliefPercent = 90, measuredOn = "2026-02-03", scale = "NRS" } } } }, "not met" },
    { "does not apply to a test", {}, "not applicable", of = first },
  })
  local GOOD = done("diagnostic", "2026-02-03", 80)
  at("therapeutic-sessions", {
    { "is met by the fourth",
      { procedures = with(sessions("therapeutic", "2025-05-01", "2025-08-01", "2025-11-01"), GOOD) }, "met",
      "approve" },
    { "is not met by the fifth",
      { procedures = with(sessions("therapeutic", "2025-04-01", "2025-06-01", "2025-08-01", "2025-11-01"), GOOD) },
      "not met", "refer to physician" },
    { "does not count what is twelve months ago",
      { procedures = with(sessions("therapeutic", "2025-03-17", "2025-06-01", "2025-08-01", "2025-11-01"), GOOD) },
      "met" },
    { "is undocumented while nobody says that there were no more", { complete = none }, "undocumented", "pend" },
    { "does not apply to a test", {}, "not applicable", of = first },
  })

  local function last(percent_of, day, more) -- treated on 2025-11-04
    return { procedures = { done("diagnostic", "2025-10-07", 85),
                            done("therapeutic", "2025-11-04", percent_of, day, more) } }
  end
  for _, id in ipairs { "relief-from-last", "relief-lasted", "relief-measured" } do
    at(id, { { "does not apply to a first", {}, "not applicable" } })
  end
  at("relief-from-last", {
    { "is met at half",                last(50, "2026-02-10"), "met", "approve", of = again },
    { "is not met just short of it",   last(49, "2026-02-10"), "not met", "refer to physician", of = again },
    { "is undocumented when nobody says", last(nil, "2026-02-10"), "undocumented", "pend", of = again },
  })
  at("relief-lasted", {
    { "is met at three months",        last(50, "2026-02-04"), "met", "approve", of = again },
    { "is not met a day short of it",  last(50, "2026-02-03"), "not met", "refer to physician", of = again },
    { "is undocumented when nobody says", last(50, nil, { measuredOn = none }), "undocumented", "pend", of = again },
    { "is not met by twelve weeks stated, measured later", last(50, "2026-02-10", { reliefWeeks = 12 }), "not met",
      of = again },
  })
  at("relief-measured", {
    { "is met with scale and date",    last(50, "2026-02-10"), "met", of = again },
    { "is undocumented without a scale", last(50, "2026-02-10", { scale = none }), "undocumented", "pend",
      of = again },
    { "contradicts on another scale",  last(50, "2026-02-10", { scale = "ODI" }), "undocumented",
      "refer to physician", of = again },
  })
  it("takes function for relief at half, and not below", function()
    local poor = again:with(last(20, "2026-02-10"))
    assert.recommends("refer to physician", poor)
    assert.recommends("approve", poor:with { ["repeat.function_percent"] = 50 })
    assert.recommends("refer to physician", poor:with { ["repeat.function_percent"] = 49 })
    assert.recommends("approve", poor:with { ["repeat.function_improved"] = true })
  end)

  it("is not approved without any of its answers but the tests that were negative", function()
    for _, case in ipairs { first, treated, again } do
      for name, answer in pairs(case.document.answers) do
        if name ~= "plan.purpose" and answer.value ~= "negative" then
          assert.is_not.recommends("approve", case:without(name))
        end
      end
    end
  end)
end)
