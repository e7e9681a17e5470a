-- Every criterion of the policy on facet joints seen met, not met and undocumented, and every
-- threshold at, just short of it, and silent. Each test changes one thing of a complete case.

describe("cms.facet-joint", function()
  policy "cms.facet-joint"

  local first       = casefile "cases/facet-first-diagnostic.json"
  local second      = casefile "cases/a24-facet-relief-80.json"
  local therapeutic = casefile "cases/facet-therapeutic.json"
  local ablation    = casefile "cases/facet-first-ablation.json"
  local again       = casefile "cases/a24-facet-ablation-6-months.json"
  local cyst        = casefile "cases/facet-cyst-again.json"
  local rows        = require "rubric.rows" { describe, it, first }

  local SITE = { region = "lumbar", level = { "L4-L5" }, laterality = "right" }

  -- An earlier procedure at the joint requested; more: what is different about it.
  local function done(purpose, performed, outcome, more)
    local record = { kind = "medial-branch-block", status = "completed", performed = performed, purpose = purpose,
                     bodySite = SITE, outcome = outcome }
    for key, value in pairs(more or {}) do record[key] = value ~= none and value or nil end
    return record
  end
  local function measured(percent_of, day, more)
    local outcome = { reliefPercent = percent_of, measuredOn = day, scale = "NRS" }
    for key, value in pairs(more or {}) do outcome[key] = value ~= none and value or nil end
    return outcome
  end
  local function block(performed, percent_of, more, record)
    return done("diagnostic", performed, measured(percent_of, performed, more), record)
  end
  local function ablated(performed, percent_of, day, more)
    return done(nil, performed, measured(percent_of, day, more), { kind = "radiofrequency-ablation" })
  end
  -- A session of the region, at another level, so that only the year's limit counts it.
  local function sessions(purpose, kind, ...)
    local list = {}
    for i, day in ipairs { ... } do
      list[i] = done(purpose, day, nil, { kind = kind,
        bodySite = { region = "lumbar", level = { "L1-L2" }, laterality = "right" } })
    end
    return list
  end
  local function joined(list, more)
    local out = {}
    for _, record in ipairs(list) do out[#out + 1] = record end
    for _, record in ipairs(more) do out[#out + 1] = record end
    return out
  end
  local function line(code, modifier, level, side)
    return { code = code, modifier = modifier, quantity = { value = 1 }, serviced = { start = "2026-03-17" },
             bodySite = { region = "lumbar", level = { level or "L4-L5" }, laterality = side or "right" } }
  end

  it("approves a complete first and second block, a treatment, an ablation, another and a cyst", function()
    for _, case in ipairs { first, second, therapeutic, ablation, again, cyst } do
      assert.recommends("approve", case)
      assert.asks_for({}, case)
    end
  end)

  -- Indication ---------------------------------------------------------------------------------

  rows.yes_or_no("axial-pain", "pain.axial", "yes")
  rows.of("axial-pain", {
    { "is met by the pattern of the pain", { ["pain.axial"] = none, ["pain.pattern"] = "axial" }, "met", "approve" },
  })
  rows.yes_or_no("no-untreated-radiculopathy", "pain.untreated_radiculopathy", "no")
  rows.of("no-untreated-radiculopathy", {
    { "is excused by a cyst", { ["pain.untreated_radiculopathy"] = true }, "met", "approve", of = cyst },
  })
  rows.yes_or_no("no-other-cause", "pain.other_pathology", "no")

  rows.of("baseline-scale", {
    { "is met by a numeric score",      {}, "met" },
    { "is met by a disability index",   { observations = none, ["function.odi"] = 40 }, "met", "approve" },
    { "is undocumented without a score", { observations = none }, "undocumented", "pend" },
  })

  local function onset(day) return { { code = "M47.816", onset = day } } end
  rows.of("duration-of-pain", {
    { "is met at three months",             { diagnoses = onset "2025-12-17" }, "met", "approve" },
    { "is not met a day short of that",     { diagnoses = onset "2025-12-18" }, "not met", "refer to physician" },
    { "is undocumented when nobody says",   { diagnoses = { "M47.816" } }, "undocumented", "pend" },
    { "is undocumented for a month that may be either", { diagnoses = onset "2025-12" }, "undocumented" },
  })

  local function care(outcome)
    return { { kind = "physical-therapy", status = "completed", outcome = outcome,
               period = { start = "2025-10-06", ["end"] = "2026-01-09" } } }
  end
  rows.of("conservative-care", {
    { "is met by care that failed",            { treatments = care { result = "failed" } }, "met", "approve" },
    { "is undocumented without a result",      { treatments = care() }, "undocumented", "pend" },
    { "is undocumented without any care",      { treatments = none }, "undocumented", "pend" },
    { "is met by an answer",  { treatments = none, ["conservative.outcome"] = "failed" }, "met", "approve" },
    { "is met when it was not tolerated", { treatments = none, ["treatment.not_tolerated"] = true }, "met" },
    { "is met when it must not be given", { treatments = none, ["treatment.contraindicated"] = true }, "met" },
    { "is not met while it helps", { treatments = care { result = "helped" }, ["conservative.outcome"] = "helped" },
      "undocumented", "pend" }, -- the list is open: another treatment may have failed
  })

  -- Codes ----------------------------------------------------------------------------------------

  describe("the diagnoses", function()
    for _, row in ipairs {
      { "M47.812", "met", "met" }, { "M47.817", "met", "met" }, { "M47.892", "met", "met" },
      { "M48.12", "met", "met" }, { "M48.17", "met", "met" },
      { "M47.818", "undocumented", "met" }, { "M47.811", "undocumented", "met" }, -- beside the sets
      { "M48.18", "undocumented", "met" }, { "M53.88", "undocumented", "met" },
      { "M53.86", "undocumented", "met" }, -- only with a cyst
      { "M54.16", "undocumented", "undocumented" }, { "M51.16", "undocumented", "undocumented" },
      { "M48.062", "undocumented", "undocumented" },
      { "M54.5", "undocumented", "met" }, -- ended on 2021-09-30: in no set
    } do
      it("take " .. row[1], function()
        local case = first:with { diagnoses = { { code = row[1], onset = "2025-06-10" } } }
        assert.criterion("diagnosis", case, row[2])
        assert.criterion("diagnosis-not-radicular", case, row[3])
        assert.is_not.recommends(row[2] == "met" and "pend" or "approve", case)
      end)
    end

    it("take the code of a cyst for a cyst", function()
      assert.criterion("diagnosis", cyst, "met")
      assert.criterion("diagnosis", cyst:with { diagnoses = { { code = "M53.88", onset = "2025-06-10" } } },
        "undocumented")
      assert.criterion("diagnosis-not-radicular",
        cyst:with { diagnoses = { { code = "M54.16", onset = "2025-06-10" } } }, "met")
    end)

    it("may be several, of which one fits", function()
      local case = first:with { diagnoses = { "M54.16", { code = "M47.816", onset = "2025-06-10" } } }
      assert.criterion("diagnosis", case, "met")
      assert.criterion("diagnosis-not-radicular", case, "met")
    end)

    it("contradict a procedure of the other region", function()
      local case = first:with { diagnoses = { { code = "M47.812", onset = "2025-06-10" } } }
      assert.criterion("diagnosis-region", case, "undocumented")
      assert.reason("evidence_conflict", case)
      assert.recommends("refer to physician", case)
      assert.criterion("diagnosis-region", first, "met")
      assert.criterion("diagnosis-region", first:with { diagnoses = { "M47.815" } }, "met")
      assert.criterion("diagnosis-region", first:with { diagnoses = none }, "undocumented")
    end)
  end)

  describe("the codes of the policy", function()
    for _, code in ipairs { "64490", "64493", "64495", "64633", "64636" } do
      it("hold " .. code, function() assert.is_not_nil(judge(first:with { line = { code = code } }).policy) end)
    end
    -- beside them: an epidural injection, another ablation; 64475 ended in 2009, 64622 in 2011
    for _, code in ipairs { "64484", "64625", "64475", "64622" } do
      it("do not hold " .. code, function()
        assert.reason("no_policy", first:with { line = { code = code } })
        assert.recommends("refer to physician", first:with { line = { code = code } })
      end)
    end
  end)

  it("refers a code whose level lies in the other region", function()
    local case = first:with { line = { bodySite = { level = { "C4-C5" }, laterality = "right" } } }
    assert.criterion("one-site", case, "undocumented")
    assert.reason("evidence_conflict", case)
    assert.criterion("one-site", first, "met")
  end)

  -- Technique --------------------------------------------------------------------------------------

  rows.of("image-guidance", {
    { "is met by fluoroscopy",          {}, "met" },
    { "is met by CT",                   { ["plan.guidance"] = "ct" }, "met", "approve" },
    { "is not met by ultrasound",       { ["plan.guidance"] = "ultrasound" }, "not met", "refer to physician" },
    { "is not met by MRI",              { ["plan.guidance"] = "mri" }, "not met", "refer to physician" },
    { "is not met without any",         { ["plan.guidance"] = "none" }, "not met", "refer to physician" },
    { "is undocumented when nobody says", { ["plan.guidance"] = none }, "undocumented", "pend" },
  })

  local function three(codes_of, modifier)
    return { line(codes_of[1], modifier, "L3-L4"), line(codes_of[2], modifier, "L4-L5"),
             codes_of[3] and line(codes_of[3], modifier, "L5-S1") or nil }
  end
  local KX = { "KX", "RT" }

  it("counts the levels of a session, each side by itself", function()
    local two = first:with { lines = three({ "64493", "64494" }, KX) }
    assert.criterion("injected-levels", two, "met")
    assert.recommends("approve", two)
    assert.criterion("injected-levels", first:with { lines = three({ "64493", "64494", "64494" }, KX) }, "not met")
    local both = { line("64493", { "KX", "50" }, "L4-L5", "bilateral"),
                   line("64494", { "KX", "50" }, "L5-S1", "bilateral") }
    assert.criterion("injected-levels", first:with { lines = both }, "met")
    local sides = { line("64493", { "KX", "RT" }), line("64493", { "KX", "LT" }, "L4-L5", "left"),
                    line("64494", { "KX", "RT" }, "L5-S1"), line("64494", { "KX", "LT" }, "L5-S1", "left") }
    assert.criterion("injected-levels", first:with { lines = sides }, "met")
    assert.criterion("ablated-levels", first, "not applicable")
    assert.criterion("ablated-levels", ablation, "met")
    local more = ablation:with { lines = three({ "64635", "64636", "64636" }, { "RT" }) }
    assert.criterion("ablated-levels", more, "not met")
    assert.criterion("injected-levels", more, "not applicable")
    assert.recommends("refer to physician", more)
  end)

  it("does not know the levels of a side that nobody names", function()
    local case = first:with { lines = three({ "64493", "64494", "64494" }, { "KX" }) }:edit(function(document)
      for _, one in ipairs(document.request.lines) do one.bodySite.laterality = nil end
    end)
    assert.criterion("injected-levels", case, "undocumented")
  end)

  it("refers the code of a third level", function()
    local case = first:with { lines = three({ "64493", "64494", "64495" }, KX) }
    assert.criterion("no-third-level", case, "not met", 3)
    assert.criterion("no-third-level", case, "met", 2)
    assert.equal("line.code is 64495, not among cpt:64633-64636, cpt:64490-64491, cpt:64493-64494",
      (function()
        for _, one in ipairs(judge(case).criteria) do
          if one.id == "no-third-level" and one.line == 3 then return one.because end
        end
      end)())
    assert.recommends("refer to physician", case)
  end)

  it("refers more units than one a line, and shows how many", function()
    local two = first:with { line = { quantity = { value = 2 } } }
    assert.criterion("units", two, "not met")
    assert.recommends("refer to physician", two)
    local long = first:with { line = { bodySite = { level = { "L4-L5", "L5-S1" }, laterality = "right" } } }
    assert.criterion("units", long, "not met")
    assert.criterion("units", first, "met")
  end)

  rows.of("added-level-with-first", {
    { "does not apply to a first level", {}, "not applicable" },
    { "is not met by an added level alone", { lines = { line("64494", KX) } }, "not met", "refer to physician" },
  })
  it("does not take the first level of the other region", function()
    local case = first:with { lines = { line("64494", KX), { code = "64490", modifier = KX,
      serviced = { start = "2026-03-17" }, bodySite = { level = { "C4-C5" }, laterality = "right" } } } }
    assert.criterion("added-level-with-first", case, "not met", 1)
  end)
  it("wants the first level of each added one", function()
    for added, base in pairs { ["64491"] = "64490", ["64492"] = "64490", ["64494"] = "64493", ["64495"] = "64493",
                               ["64634"] = "64633", ["64636"] = "64635" } do
      local case = first:with { lines = { line(base, KX), line(added, KX, "L5-S1") } }:edit(function(document)
        for _, one in ipairs(document.request.lines) do one.bodySite = { laterality = "right" } end
      end)
      assert.criterion("added-level-with-first", case, "met", 2)
      assert.criterion("added-level-with-first", case, "not applicable", 1)
    end
  end)

  rows.of("diagnostic-modifier", {
    { "is met by KX on a diagnostic line",     {}, "met" },
    { "is met when nobody says what it is for", { ["plan.purpose"] = none }, "met", "approve" },
    { "is not met without KX",                 { line = { modifier = { "RT" } } }, "not met", "refer to physician" },
    { "is not met by KX on a treatment",       { ["plan.purpose"] = "therapeutic" }, "not met", "refer to physician" },
    { "is met by a treatment without KX",      {}, "met", of = therapeutic },
    { "does not apply to an ablation",         {}, "not applicable", of = ablation },
  })

  -- What excludes it ---------------------------------------------------------------------------------

  rows.yes_or_no("not-after-fusion-from-the-front", "plan.after_alif", "no")
  rows.yes_or_no("not-at-an-ablated-level", "plan.level_ablated", "no")
  rows.yes_or_no("no-prolotherapy", "plan.prolotherapy", "no")
  rows.of("not-at-an-ablated-level", { { "is not asked of an ablation", {}, "not applicable", of = ablation } })
  rows.of("no-prolotherapy", { { "is not asked of an ablation", {}, "not applicable", of = ablation } })

  -- A second diagnostic ---------------------------------------------------------------------------------

  rows.of("gap-between-diagnostics", {
    { "is met at two weeks",          { procedures = { block("2026-03-03", 80) } }, "met", "approve", of = second },
    { "is not met a day short of it", { procedures = { block("2026-03-04", 80) } }, "not met", "refer to physician",
      of = second },
    { "is undocumented for a month",  { procedures = { block("2026-03", 80) } }, "undocumented", of = second },
    { "does not apply to a first",    {}, "not applicable" },
    { "does not apply after two years", { procedures = { block("2024-03-17", 10) } }, "not applicable", "approve",
      of = second },
    { "applies a day before that",    { procedures = { block("2024-03-18", 80) } }, "met", of = second },
    { "does not apply at another level", { procedures = { block("2026-02-17", 10, nil,
      { bodySite = { region = "lumbar", level = { "L2-L3" }, laterality = "right" } }) } }, "not applicable",
      of = second },
    { "does not apply on the other side", { procedures = { block("2026-02-17", 10, nil,
      { bodySite = { region = "lumbar", level = { "L4-L5" }, laterality = "left" } }) } }, "not applicable",
      of = second },
    { "is undocumented while nobody says what was done", { complete = none }, "undocumented", "pend" },
  })
  rows.of("relief-from-first", {
    { "is met at eighty percent",     { procedures = { block("2026-02-17", 80) } }, "met", "approve", of = second },
    { "is not met at seventy-nine",   { procedures = { block("2026-02-17", 79) } }, "not met", "refer to physician",
      of = second },
    { "is undocumented when nobody says", { procedures = { block("2026-02-17", nil) } }, "undocumented", "pend",
      of = second },
    { "does not apply to a first",    {}, "not applicable" },
  })
  rows.of("first-measured", {
    { "is met with scale and date",   {}, "met", of = second },
    { "is undocumented without a date", { procedures = { block("2026-02-17", 80, { measuredOn = none }) } },
      "undocumented", "pend", of = second },
    { "is undocumented without a scale", { procedures = { block("2026-02-17", 80, { scale = none }) } },
      "undocumented", "pend", of = second },
    { "contradicts on another scale", { procedures = { block("2026-02-17", 80, { scale = "ODI" }) } },
      "undocumented", "refer to physician", of = second },
  })

  -- The year's limits ------------------------------------------------------------------------------------

  local other_blocks = sessions("diagnostic", "medial-branch-block", "2025-04-01", "2025-07-01", "2025-10-01")
  rows.of("diagnostic-sessions", {
    { "is met by the fourth",     { procedures = other_blocks }, "met", "approve" },
    { "is not met by the fifth",  { procedures = joined(other_blocks,
      sessions("diagnostic", "medial-branch-block", "2025-12-01")) }, "not met", "refer to physician" },
    { "does not count what is twelve months ago", { procedures = joined(other_blocks,
      sessions("diagnostic", "medial-branch-block", "2025-03-17")) }, "met" },
    { "counts what is a day less", { procedures = joined(other_blocks,
      sessions("diagnostic", "medial-branch-block", "2025-03-18")) }, "not met" },
    { "does not count treatments", { procedures = joined(other_blocks,
      sessions("therapeutic", "facet-injection", "2025-12-01")) }, "met" },
    { "is undocumented where nobody says what one was for", { procedures = joined(other_blocks,
      sessions(nil, "facet-injection", "2025-12-01")) }, "undocumented", "pend" },
    { "takes a paid line with KX for a diagnostic one",
      { procedures = other_blocks, history = { { code = "64493", system = "cpt", performed = "2025-12-01",
        modifier = { "KX" }, bodySite = { region = "lumbar", level = { "L1-L2" }, laterality = "right" } } } },
      "not met", "refer to physician" },
    { "does not apply to a treatment", {}, "not applicable", of = therapeutic },
  })
  local TWO = { block("2026-01-20", 83), block("2026-02-17", 86) }
  local other_treatments = sessions("therapeutic", "facet-injection", "2025-04-01", "2025-07-01", "2025-10-01")
  rows.of("therapeutic-sessions", {
    { "is met by the fourth",    { procedures = joined(TWO, other_treatments) }, "met", "approve", of = therapeutic },
    { "is not met by the fifth", { procedures = joined(joined(TWO, other_treatments),
      sessions("therapeutic", "facet-injection", "2025-12-01")) }, "not met", "refer to physician", of = therapeutic },
    { "is undocumented while nobody says that there were no more", { complete = none }, "undocumented", "pend",
      of = therapeutic },
    { "does not apply to a block", {}, "not applicable" },
  })
  local two_levels = {}
  for _, day in ipairs { "2026-01-20", "2026-02-17" } do
    for _, level in ipairs { "L4-L5", "L5-S1" } do
      two_levels[#two_levels + 1] = block(day, 85, nil,
        { bodySite = { region = "lumbar", level = { level }, laterality = "right" } })
    end
  end
  rows.of("ablation-sessions", {
    { "is met by the second", { procedures = joined(two_levels,
      sessions(nil, "radiofrequency-ablation", "2025-06-01")) }, "met", "approve", of = ablation },
    { "is not met by the third", { procedures = joined(two_levels,
      sessions(nil, "radiofrequency-ablation", "2025-06-01", "2025-12-01")) }, "not met", "refer to physician",
      of = ablation },
    { "does not count what is twelve months ago", { procedures = joined(two_levels,
      sessions(nil, "radiofrequency-ablation", "2025-03-17", "2025-12-01")) }, "met", of = ablation },
    { "is undocumented while nobody says that there were no more", { complete = none }, "undocumented", "pend",
      of = ablation },
    { "does not apply to an injection", {}, "not applicable" },
  })

  it("shows the arithmetic of a year", function()
    local case = first:with { procedures = joined(other_blocks,
      sessions("diagnostic", "medial-branch-block", "2025-12-01")) }
    for _, one in ipairs(judge(case).criteria) do
      if one.id == "diagnostic-sessions" then
        assert.is_truthy(one.because:find("is 5, not at most 4 sessions", 1, true), one.because)
      end
    end
  end)

  -- A treatment -------------------------------------------------------------------------------------------

  rows.of("two-diagnostics", {
    { "is met by two at eighty percent",
      { procedures = { block("2026-01-20", 80), block("2026-02-17", 80) } }, "met", "approve", of = therapeutic },
    { "is not met by one of seventy-nine",
      { procedures = { block("2026-01-20", 80), block("2026-02-17", 79) } }, "not met", "refer to physician",
      of = therapeutic },
    { "is not met by one alone",  { procedures = { block("2026-02-17", 90) } }, "not met", of = therapeutic },
    { "is undocumented where a relief is not on file",
      { procedures = { block("2026-01-20", 80), block("2026-02-17", nil) } }, "undocumented", "pend",
      of = therapeutic },
    { "is undocumented where a scale is not on file",
      { procedures = { block("2026-01-20", 80), block("2026-02-17", 80, { scale = none }) } }, "undocumented",
      of = therapeutic },
    { "is undocumented where a date is not on file",
      { procedures = { block("2026-01-20", 80), block("2026-02-17", 80, { measuredOn = none }) } }, "undocumented",
      of = therapeutic },
    { "is undocumented while nobody says what was done", { procedures = none, complete = none }, "undocumented",
      "pend", of = therapeutic },
    { "does not count a treatment that helped",
      { procedures = { block("2026-01-20", 80), done("therapeutic", "2026-02-17", measured(90, "2026-02-17")) } },
      "not met", of = therapeutic },
    { "does not apply to a block", {}, "not applicable" },
    { "does not apply to a cyst",  {}, "not applicable", of = cyst },
  })
  rows.yes_or_no("why-not-ablation", "plan.rfa_unsuitable", "yes", therapeutic)

  local function treated(percent_of, day, more)
    return { procedures = joined(TWO, { done("therapeutic", "2025-11-10", measured(percent_of, day, more),
                                             { kind = "facet-injection" }) }) }
  end
  rows.of("relief-from-last", {
    { "is met at half",            treated(50, "2026-03-01"), "met", "approve", of = therapeutic },
    { "is not met just short of it", treated(49, "2026-03-01"), "not met", "refer to physician", of = therapeutic },
    { "is undocumented when nobody says", treated(nil, "2026-03-01"), "undocumented", "pend", of = therapeutic },
    { "does not apply to a first", {}, "not applicable", of = therapeutic },
  })
  rows.of("relief-lasted", {
    { "is met at three months",    treated(50, "2026-02-10"), "met", "approve", of = therapeutic },
    { "is not met a day short of it", treated(50, "2026-02-09"), "not met", "refer to physician", of = therapeutic },
    { "is undocumented when nobody says", treated(50, nil), "undocumented", "pend", of = therapeutic },
    { "is not met by twelve weeks stated, measured later", treated(50, "2026-03-01", { reliefWeeks = 12 }),
      "not met", of = therapeutic },
  })
  rows.of("relief-measured", {
    { "is met with scale and date", treated(50, "2026-03-01"), "met", of = therapeutic },
    { "is undocumented without a scale", treated(50, "2026-03-01", { scale = none }), "undocumented", "pend",
      of = therapeutic },
    { "contradicts on another scale", treated(50, "2026-03-01", { scale = "ODI" }), "undocumented",
      "refer to physician", of = therapeutic },
  })
  it("takes function for relief at half, and not below", function()
    local poor = therapeutic:with(treated(20, "2026-02-01")):with { ["plan.facet_cyst"] = false }
    assert.recommends("refer to physician", poor)
    local better = poor:with { ["repeat.function_percent"] = 50 }
    for _, id in ipairs { "relief-from-last", "relief-lasted", "relief-measured" } do
      assert.criterion(id, better, "met")
    end
    assert.recommends("approve", better)
    assert.criterion("relief-from-last", poor:with { ["repeat.function_percent"] = 49 }, "not met")
    assert.criterion("relief-from-last", poor:with { ["repeat.function_improved"] = true }, "met")
    local unmeasured = therapeutic:with(treated(20, "2026-03-01", { scale = none }))
    assert.criterion("relief-measured", unmeasured, "undocumented")
    assert.criterion("relief-measured", unmeasured:with { ["repeat.function_percent"] = 50 }, "met")
  end)

  -- A cyst --------------------------------------------------------------------------------------------------

  local function cyst_of(...)
    local list = {}
    for i, day in ipairs { ... } do
      list[i] = done("therapeutic", day, measured(70, "2026-03-01"), { kind = "facet-injection" })
    end
    return { procedures = list }
  end
  rows.of("cyst-once-again", {
    { "is met by the second time",    {}, "met", of = cyst },
    { "is met by the first time",     { procedures = none }, "met", "approve", of = cyst },
    { "is not met by the third time", cyst_of("2025-04-15", "2025-09-15"), "not met", "refer to physician", of = cyst },
    { "is undocumented while nobody says what was done", { procedures = none, complete = none }, "undocumented",
      "pend", of = cyst },
    { "does not apply to a block",    {}, "not applicable" },
  })
  local function first_cyst(percent_of, day)
    return { procedures = { done("therapeutic", "2025-11-10", measured(percent_of, day),
                                 { kind = "facet-injection" }) } }
  end
  rows.of("cyst-relief", {
    { "is met at half for three months", first_cyst(50, "2026-02-10"), "met", "approve", of = cyst },
    { "is not met just short of half", first_cyst(49, "2026-02-10"), "not met", "refer to physician", of = cyst },
    { "is not met a day short of three months", first_cyst(50, "2026-02-09"), "not met", of = cyst },
    { "is undocumented when nobody says", first_cyst(nil, nil), "undocumented", "pend", of = cyst },
    { "does not apply to the first time", { procedures = none }, "not applicable", of = cyst },
  })

  -- An ablation ------------------------------------------------------------------------------------------------

  local one_level = ablation:with { lines = { line("64635", { "RT" }) } }
  rows.of("blocks-before-ablation", {
    { "is met by two at eighty percent", { procedures = { block("2026-01-20", 80), block("2026-02-17", 80) } },
      "met", "approve", of = one_level },
    { "is not met by one of seventy-nine", { procedures = { block("2026-01-20", 79), block("2026-02-17", 80) } },
      "not met", "refer to physician", of = one_level },
    { "is undocumented where a relief is not on file",
      { procedures = { block("2026-01-20", nil), block("2026-02-17", 80) } }, "undocumented", "pend", of = one_level },
    { "does not apply to another ablation", {}, "not applicable", of = again },
  })
  it("wants the blocks of each level that is ablated", function()
    local case = ablation:with { procedures = { block("2026-01-20", 85), block("2026-02-17", 85) } }
    assert.criterion("blocks-before-ablation", case, "met", 1)
    assert.criterion("blocks-before-ablation", case, "not met", 2)
  end)
  rows.choice("blocks-at-medial-branch", "plan.diagnostic_target", "medial-branch", "joint", ablation)
  rows.yes_or_no("thermal", "plan.rfa_thermal", "yes", ablation)
  rows.of("temperature", {
    { "is met above eighty degrees",   { ["plan.rfa_temperature"] = 80.5 }, "met", "approve", of = ablation },
    { "is not met at eighty",          { ["plan.rfa_temperature"] = 80 }, "not met", "refer to physician",
      of = ablation },
    { "is undocumented when nobody says", { ["plan.rfa_temperature"] = none }, "undocumented", "pend", of = ablation },
    { "does not apply to an injection", {}, "not applicable" },
  })

  local BLOCKS = { block("2025-01-14", 85), block("2025-02-04", 90) }
  local function once(percent_of, day, more) -- ablated on 2025-08-04
    return { procedures = joined(BLOCKS, { ablated("2025-08-04", percent_of, day, more) }) }
  end
  rows.of("relief-from-ablation", {
    { "is met at half",               once(50, "2026-02-04"), "met", "approve", of = again },
    { "is not met just short of it",  once(49, "2026-02-04"), "not met", "refer to physician", of = again },
    { "is undocumented when nobody says", once(nil, "2026-02-04"), "undocumented", "pend", of = again },
    { "is met by function instead",   { procedures = joined(BLOCKS, { ablated("2025-08-04", 20, "2025-10-04") }),
                                        ["repeat.function_percent"] = 50 }, "met", "approve", of = again },
    { "does not apply to a first",    {}, "not applicable", of = ablation },
  })
  rows.of("ablation-lasted", {
    { "is met at six months",         once(50, "2026-02-04"), "met", "approve", of = again },
    { "is not met a day short of it", once(50, "2026-02-03"), "not met", "refer to physician", of = again },
    { "is undocumented when nobody says", once(50, nil), "undocumented", "pend", of = again },
  })
  rows.of("ablation-measured", {
    { "is met with scale and date",   once(50, "2026-02-04"), "met", of = again },
    { "is undocumented without a scale", once(50, "2026-02-04", { scale = none }), "undocumented", "pend", of = again },
    { "contradicts on another scale", once(50, "2026-02-04", { scale = "ODI" }), "undocumented",
      "refer to physician", of = again },
    { "is not needed where function is better", { procedures = once(50, "2026-02-04", { scale = none }).procedures,
      ["repeat.function_percent"] = 50 }, "met", "approve", of = again },
  })

  local function long_ago(performed, ...)
    local old = { ablated(performed, 60, "2024-11-20"), block("2023-11-01", 85), block("2023-12-01", 85) }
    return { procedures = joined(old, { ... }) }
  end
  rows.of("blocks-since-ablation", {
    { "does not apply at two years",  long_ago("2024-03-17"), "not applicable", "approve", of = again },
    { "is not met a day later without new blocks", long_ago("2024-03-16"), "not met", "refer to physician",
      of = again },
    { "is met by two new blocks",     long_ago("2024-03-16", block("2026-02-01", 80), block("2026-02-20", 80)), "met",
      "approve", of = again },
    { "is not met where one of them is seventy-nine",
      long_ago("2024-03-16", block("2026-02-01", 79), block("2026-02-20", 80)), "not met", of = again },
    { "is undocumented where one is not measured",
      long_ago("2024-03-16", block("2026-02-01", nil), block("2026-02-20", 80)), "undocumented", "pend", of = again },
    { "does not apply to a first",    {}, "not applicable", of = ablation },
  })

  -- The request as a whole ------------------------------------------------------------------------------

  it("is not approved without any of its answers", function()
    for label, case in ipairs { first, second, therapeutic, ablation, again, cyst } do
      for name in pairs(case.document.answers) do
        local needed = name ~= "plan.purpose" and not (label == 5 and name == "plan.diagnostic_target")
          and not (label == 6 and name == "pain.untreated_radiculopathy")
        local without = case:without(name)
        if needed then assert.is_not.recommends("approve", without) else assert.recommends("approve", without) end
      end
    end
  end)

  it("never lets a word that nobody confirmed close a question", function()
    local case = first:with { ["plan.after_alif"] = extracted(false) }
    assert.criterion("not-after-fusion-from-the-front", case, "undocumented")
    assert.recommends("pend", case)
  end)
end)
