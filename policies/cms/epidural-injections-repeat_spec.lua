-- Further injections in a region: the repeat, the first that failed, a second year. And each piece of
-- every complete request, taken away by itself.

describe("cms.epidural-injections, repeated", function()
  policy "cms.epidural-injections"

  local first  = casefile "cases/a05-004b-first-injection.json"
  local rows = require "rubric.rows" { describe, it, first }
  local second = casefile "cases/a05-004c-second-session.json"
  local caudal = first:with {
    line = { code = "62323", modifier = none, bodySite = { region = "lumbar", level = { "L4-L5" } } },
    ["exam.concordant"] = true,
  }

  local function last_session(outcome, performed)
    return { { kind = "epidural-injection", code = { system = "cpt", code = "64483" }, status = "completed",
               performed = performed or "2026-02-10", outcome = outcome,
               bodySite = { region = "lumbar", level = { "L4-L5" }, laterality = "right" } } }
  end
  local function relief(percent_of, weeks_of, more)
    local outcome = { reliefPercent = percent_of, reliefWeeks = weeks_of, measuredOn = "2026-05-20", scale = "NRS" }
    for key, value in pairs(more or {}) do outcome[key] = value ~= none and value or nil end
    return last_session(outcome)
  end
  local function sessions(...)
    local list = {}
    for i, day in ipairs { ... } do
      list[i] = { kind = "epidural-injection", status = "completed", performed = day,
                  bodySite = { region = "lumbar" },
                  outcome = { reliefPercent = 60, reliefWeeks = 14, measuredOn = "2026-05-20", scale = "NRS" } }
    end
    return list
  end

  -- A further one ------------------------------------------------------------------------------

  rows.of("relief-from-last", {
    { "is met at half",                     { procedures = relief(50, 14) }, "met", "approve", of = second },
    { "is not met just short of it",
      { procedures = relief(49, 14) }, "not met", "refer to physician", of = second },
    { "is undocumented when nobody says",   { procedures = relief(none, 14, { reliefPercent = none }) }, "undocumented",
      "pend", of = second },
    { "is met by function instead",
      { procedures = relief(30, 14), ["repeat.function_percent"] = 50 }, "met", "approve", of = second },
    { "is not met by too little function",
      { procedures = relief(30, 14), ["repeat.function_percent"] = 49 }, "not met", of = second },
    { "does not apply to a first",          {}, "not applicable" },
  })

  rows.of("relief-lasted", {
    { "is met at three months",
      { procedures = relief(60, nil, { measuredOn = "2026-05-10" }) }, "met", "approve", of = second },
    { "is not met a day short of that",
      { procedures = relief(60, nil, { measuredOn = "2026-05-09" }) }, "not met", "refer to physician", of = second },
    { "is met by fourteen weeks stated", { procedures = relief(60, 14) }, "met", of = second },
    { "is not met by twelve weeks stated, measured later", { procedures = relief(60, 12) }, "not met", of = second },
    { "is not met by fourteen weeks stated, measured in the second",
      { procedures = relief(60, 14, { measuredOn = "2026-02-20" }) }, "not met", of = second },
    { "is undocumented without a date", { procedures = relief(60, 14, { measuredOn = none }) }, "undocumented",
      "pend", of = second },
    { "is undocumented when nobody says", { procedures = relief(60, nil, { measuredOn = none }) }, "undocumented",
      "pend", of = second },
  })

  rows.of("relief-measured", {
    { "is met with scale and date",         {}, "met", of = second },
    { "is undocumented without a date",     { procedures = relief(60, 14, { measuredOn = none }) }, "undocumented",
      "pend", of = second },
    { "is undocumented without a scale",    { procedures = relief(60, 14, { scale = none }) }, "undocumented",
      "pend", of = second },
    { "contradicts on another scale",       { procedures = relief(60, 14, { scale = "ODI" }) }, "undocumented",
      "refer to physician", of = second },
  })

  rows.of("sessions-a-year", {
    { "is met by the fourth",
      { procedures = sessions("2025-06-17", "2025-10-02", "2026-01-20") }, "met", "approve", of = second },
    { "is not met by the fifth",
      { procedures = sessions("2025-06-17", "2025-09-02", "2025-11-20", "2026-02-10") }, "not met",
      "refer to physician", of = second },
    { "does not count what is twelve months ago",
      { procedures = sessions("2025-06-16", "2025-09-02", "2025-11-20", "2026-02-10") }, "met", of = second },
    { "counts a date once",
      { procedures = sessions("2025-09-02", "2025-11-20", "2026-02-10", "2026-02-10") }, "met", of = second },
    { "is undocumented while nobody says that there were no more", { complete = none }, "undocumented", "pend",
      of = second },
    { "is not met by five on file, even if there may be more",
      { procedures = sessions("2025-06-17", "2025-09-02", "2025-11-20", "2026-02-10"), complete = none }, "not met",
      "refer to physician", of = second },
    { "is undocumented while nobody says what was done", { procedures = none, complete = none }, "undocumented",
      "pend", of = second },
  })

  it("counts in one region only", function()
    local list = sessions("2025-09-02", "2025-11-20", "2026-02-10")
    list[4] = { kind = "epidural-injection", status = "completed", performed = "2026-03-10",
                bodySite = { region = "cervical" } }
    local case = second:with { procedures = list }
    assert.criterion("sessions-a-year", case, "met")
    assert.recommends("approve", case)
  end)

  it("takes an injection of more than two years ago for none", function()
    local long_ago = second:with { procedures = last_session(nil, "2024-06-16"),
                                   complete = { procedures = "2023-01-01" } }
    assert.criterion("relief-from-last", long_ago, "not applicable")
    assert.criterion("conservative-care", long_ago, "met")
    local just_inside = second:with { procedures = last_session(nil, "2024-06-17"),
                                      complete = { procedures = "2023-01-01" } }
    assert.criterion("relief-from-last", just_inside, "undocumented")
    assert.criterion("conservative-care", just_inside, "not applicable")
  end)

  it("asks which episode it is after more than a year without an injection", function()
    local year_ago = second:with {
      procedures = last_session({ reliefPercent = 60, reliefWeeks = 14, measuredOn = "2025-10-01", scale = "NRS" },
                                "2025-06-16"),
    }
    assert.criterion("episode-stated", second, "not applicable")
    assert.criterion("episode-stated", year_ago, "undocumented")
    assert.criterion("episode-stated", year_ago:with { ["repeat.new_episode"] = false }, "met")
    assert.criterion("episode-stated", year_ago:with { ["repeat.new_episode"] = true }, "met")
    assert.criterion("relief-from-last", year_ago:with { ["repeat.new_episode"] = true }, "met")
    assert.criterion("episode-stated", first, "not applicable")
  end)

  it("takes the chart and the payer's claim of one day for one session", function()
    local both = second:with { history = { { code = "64483", performed = "2026-02-10", units = 1,
                                             bodySite = { region = "lumbar" } } } }
    assert.criterion("sessions-a-year", both, "met")
    assert.recommends("approve", both)
  end)

  it("asks which it is when nobody says what was done before", function()
    local silent = first:without "complete"
    assert.recommends("pend", silent)
    assert.criterion("relief-from-last", silent, "undocumented")
  end)

  -- A failed first ---------------------------------------------------------------------------------

  local function failed(performed)
    return second:with {
      procedures = last_session({ result = "failed", reliefPercent = 20, measuredOn = "2026-06-02", scale = "NRS" },
                                performed),
      ["repeat.changed"] = "drug", ["repeat.rationale"] = true,
    }
  end

  it("approves another way after a first that failed", function()
    assert.recommends("approve", failed("2026-05-12"))
    assert.criterion("relief-from-last", failed("2026-05-12"), "met")
  end)

  rows.of("failed-gap", {
    { "is met at fourteen days",          {}, "met", "approve", of = failed("2026-06-02") },
    { "is not met a day short of that",   {}, "not met", "refer to physician", of = failed("2026-06-03") },
    { "does not apply after a good one",  {}, "not applicable", of = second },
    { "does not apply to a second failure", { procedures = sessions("2025-10-02", "2026-01-20") }, "not applicable",
      of = failed("2026-05-12") },
  })
  it("cannot tell fourteen days from a month", function()
    assert.criterion("failed-gap", failed("2026-06"), "undocumented")
  end)
  rows.of("failed-change", {
    { "is met by another drug",           {}, "met", of = failed("2026-05-12") },
    { "is not met by the same again",     { ["repeat.changed"] = "nothing" }, "not met", "refer to physician",
      of = failed("2026-05-12") },
    { "is undocumented when nobody says", { ["repeat.changed"] = none }, "undocumented", of = failed("2026-05-12") },
  })
  rows.of("failed-rationale", {
    { "is met when it is written down",   {}, "met", of = failed("2026-05-12") },
    { "is not met when it is not",        { ["repeat.rationale"] = false }, "not met", of = failed("2026-05-12") },
    { "is undocumented when nobody says", { ["repeat.rationale"] = none }, "undocumented", of = failed("2026-05-12") },
  })

  -- Beyond twelve months -----------------------------------------------------------------------------

  local long = second:with {
    procedures = sessions("2025-06-16", "2026-02-10"),
    ["repeat.significant_disability"] = true, ["repeat.long_term_reason"] = "declines-surgery",
    ["repeat.primary_care_informed"] = true,
  }

  it("approves beyond twelve months when all of it is on file", function()
    assert.recommends("approve", long)
  end)
  rows.of("long-disability", {
    { "is met",                            {}, "met", of = long },
    { "is not met",
      { ["repeat.significant_disability"] = false }, "not met", "refer to physician", of = long },
    { "is undocumented when nobody says",
      { ["repeat.significant_disability"] = none }, "undocumented", "pend", of = long },
    { "does not apply within twelve months", { procedures = sessions("2025-06-17", "2026-02-10") }, "not applicable",
      of = second },
  })
  rows.of("long-relief", {
    { "is met at half",                    {}, "met", of = long },
    { "is undocumented when nobody says",  { procedures = { { kind = "epidural-injection", performed = "2025-06-16",
        bodySite = { region = "lumbar" } } } }, "undocumented", of = long },
    { "is not met just short of it",       { procedures = { { kind = "epidural-injection", performed = "2025-06-16",
        bodySite = { region = "lumbar" }, outcome = { reliefPercent = 49 } } } }, "not met", of = long },
  })
  rows.of("long-reason", {
    { "is met by surgery declined",        {}, "met", of = long },
    { "is met by too risky a surgery",     { ["repeat.long_term_reason"] = "high-surgical-risk" }, "met", of = long },
    { "is met by a recurrence after months of relief",
      { ["repeat.long_term_reason"] = "recurrence" }, "met", of = long },
    { "is not met by a recurrence after weeks",
      { ["repeat.long_term_reason"] = "recurrence",
        procedures = { { kind = "epidural-injection", performed = "2025-06-16", bodySite = { region = "lumbar" },
                         outcome = { reliefPercent = 60, reliefWeeks = 8 } } } },
      "not met", of = long },
    { "is not met by no reason",           { ["repeat.long_term_reason"] = "none" }, "not met", of = long },
    { "is undocumented when nobody says",  { ["repeat.long_term_reason"] = none }, "undocumented", "pend", of = long },
  })
  rows.of("long-primary-care", {
    { "is met",                            {}, "met", of = long },
    { "is not met",                        { ["repeat.primary_care_informed"] = false }, "not met", of = long },
    { "is undocumented when nobody says",
      { ["repeat.primary_care_informed"] = none }, "undocumented", "pend", of = long },
  })

  -- Each piece counts -----------------------------------------------------------------------------------

  describe("a complete request", function()
    local function names(map)
      local list = {}
      for name in pairs(map) do list[#list + 1] = name end
      table.sort(list)
      return list
    end
    for label, case in ipairs { first, second, caudal, long, failed("2026-05-12") } do
      for _, name in ipairs(names(case.document.answers)) do
        -- Which answers only one pathway or one approach asks for is seen from the answer itself.
        it(("%d is not approved, or not needing it, without '%s'"):format(label, name), function()
          local without = judge(case:without(name))
          if without.recommendation ~= "approve" then return end
          for _, criterion in ipairs(without.criteria) do
            for _, evidence in ipairs(criterion.evidence or {}) do assert.is_not.equal(name, evidence.fact) end
          end
          assert.is_truthy(({ ["exam.concordant"] = label > 2, ["pain.affects_function"] = label ~= 1 })[name], name)
        end)
      end
      for _, list in ipairs { "diagnoses", "imaging", "observations", "complete" } do
        it(label .. " is not approved without its " .. list, function()
          assert.is_not.recommends("approve", case:without(list))
        end)
      end
    end
  end)
end)
