-- What Aetna asks for otherwise than Medicare, in the text before 2026 and in that of 2026; the rest is
-- tested beside the Medicare policy.

local function care(from, to)
  return { { kind = "physical-therapy", status = "completed", period = { start = from, ["end"] = to },
             outcome = { result = "failed" } } }
end

local function session(performed, outcome)
  return { kind = "epidural-injection", status = "completed", performed = performed, bodySite = { region = "lumbar" },
           outcome = outcome }
end

describe("aetna.epidural-injections before 2026", function()
  policy "epidural-injections-2025.lua"

  local first  = casefile "cases/esi-first-2025.json"
  local rows = require "rubric.rows" { describe, it, first }
  local fourth = first:with {
    procedures = { session("2025-01-14", { reliefPercent = 30 }), session("2025-03-04", { reliefPercent = 30 }),
                   session("2025-06-10", { reliefPercent = 10 }) },
    ["plan.comprehensive_program"] = true, ["repeat.significant_disability"] = none,
  }

  it("approves a first injection after two weeks of care, and a fourth in a program", function()
    assert.recommends("approve", first)
    assert.recommends("approve", fourth)
  end)

  rows.of("conservative-care", {
    { "is met at two weeks", { treatments = care("2025-08-01", "2025-08-15") }, "met", "approve" },
    { "is not met a day short of that",
      { treatments = care("2025-08-01", "2025-08-14") }, "not met", "refer to physician" },
    { "is undocumented without any", { treatments = none }, "undocumented", "pend" },
    { "is undocumented for another part of the body",
      { treatments = { { kind = "exercise", period = { start = "2025-08-01", ["end"] = "2025-08-29" },
                         outcome = { result = "failed" }, bodySite = { text = "left knee" } } } }, "undocumented" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 2, ["conservative.outcome"] = "failed" }, "met" },
    { "is met when it was not tolerated", { treatments = none, ["treatment.not_tolerated"] = true }, "met" },
    { "is not asked for at a repeat", {}, "not applicable", of = fourth },
  })

  rows.of("not-failed-back", {
    { "is met for a nerve root", {}, "met" },
    { "is not met after surgery that failed", { diagnoses = { "M96.1" } }, "not met", "refer to physician" },
    { "is not met for both together", { diagnoses = { "M54.16", "M96.1" } }, "not met" },
    { "is undocumented where nobody says", { diagnoses = { "M54.50" } }, "undocumented", "pend" },
  })

  rows.of("gap", {
    of = fourth,
    { "is met at seven days", { procedures = { session("2025-09-09", { reliefPercent = 5 }) } }, "met", "approve" },
    { "is not met a day short of that",
      { procedures = { session("2025-09-10", { reliefPercent = 5 }) } }, "not met", "refer to physician" },
    { "is undocumented where only the month is known",
      { procedures = { session("2025-09", { reliefPercent = 5 }) } }, "undocumented", "pend" },
    { "does not apply to a first", {}, "not applicable", of = first },
  })

  local function last_of_three(outcome)
    return { procedures = { session "2025-01-14", session "2025-03-04", session("2025-06-10", outcome) } }
  end

  rows.of("relief-from-three", {
    of = fourth,
    { "is met by any relief", last_of_three { reliefPercent = 1 }, "met", "approve" },
    { "is met by the word of the note", last_of_three { result = "partial" }, "met", "approve" },
    { "is not met by none", last_of_three { reliefPercent = 0, result = "failed" }, "not met", "refer to physician" },
    { "is undocumented when nobody says", last_of_three(nil), "undocumented", "pend" },
    { "is not asked before the third",
      { procedures = { session "2025-03-04", session "2025-06-10" } }, "not applicable", "approve" },
  })

  rows.of("comprehensive-program", {
    of = fourth,
    { "is met in a program", {}, "met", "approve" },
    { "is not met outside of one", { ["plan.comprehensive_program"] = false }, "not met", "refer to physician" },
    { "is undocumented when nobody says", { ["plan.comprehensive_program"] = none }, "undocumented", "pend" },
  })

  it("counts the lines of the request too", function()
    local function line_of(day)
      return { code = "64483", serviced = { start = day }, bodySite = { level = { "L4-L5" }, laterality = "right" } }
    end
    local case = fourth:with { procedures = { session "2025-03-04", session "2025-06-10" },
                               lines = { line_of "2025-09-16", line_of "2025-09-30" } }
    assert.criterion("comprehensive-program", case, "not applicable", 1)
    assert.criterion("comprehensive-program", case, "met", 2)
    assert.criterion("comprehensive-program", case:without "plan.comprehensive_program", "undocumented", 2)
  end)

  it("asks for no scores of a second injection, as Medicare does", function()
    local second = first:with { procedures = { session "2025-06-10" } }
    assert.recommends("approve", second)
    assert.recommends("pend", second:under "cms.epidural-injections")
  end)
end)

describe("aetna.epidural-injections of 2026", function()
  policy "epidural-injections.lua"

  local first  = casefile "cases/esi-first-2026.json"
  local rows = require "rubric.rows" { describe, it, first }
  local second = casefile "cases/esi-compare-three-weeks-of-relief.json"

  local function last(outcome, performed)
    local full = { reliefPercent = 50, reliefWeeks = 3, functionChange = "unchanged", measuredOn = "2026-03-03",
                   scale = "NRS" }
    for key, value in pairs(outcome or {}) do full[key] = value ~= none and value or nil end
    return { session(performed or "2026-02-10", full) }
  end

  it("approves a first after six weeks of care, and a second after three weeks of relief", function()
    assert.recommends("approve", first)
    assert.recommends("approve", second)
    assert.recommends("refer to physician", second:under "cms.epidural-injections")
  end)

  rows.of("conservative-care", {
    { "is met at six weeks", { treatments = care("2025-12-01", "2026-01-12") }, "met", "approve" },
    { "is not met a day short of that",
      { treatments = care("2025-12-01", "2026-01-11") }, "not met", "refer to physician" },
    { "is undocumented without any", { treatments = none }, "undocumented", "pend" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 6, ["conservative.outcome"] = "failed" }, "met" },
    { "is not asked for at a repeat", {}, "not applicable", of = second },
  })

  rows.of("two-of-three", {
    of = second,
    { "is met by relief and less care", { procedures = last() }, "met", "approve" },
    { "is met by relief and function",
      { procedures = last { functionChange = "improved" }, ["repeat.less_care"] = none }, "met", "approve" },
    { "is met by function and less care, with little relief",
      { procedures = last { reliefPercent = 10, functionChange = "improved" } }, "met", "approve" },
    { "is not met by one of them",
      { procedures = last { reliefPercent = 49 }, ["repeat.function_improved"] = false }, "not met",
      "refer to physician" },
    { "is undocumented where two are silent",
      { procedures = last { reliefPercent = none, functionChange = none }, ["repeat.less_care"] = true },
      "undocumented", "pend" },
    { "does not apply to a first", {}, "not applicable", of = first },
  })

  rows.of("relief-lasted", {
    of = second,
    { "is met at two weeks",
      { procedures = last { reliefWeeks = 2, measuredOn = "2026-02-24" } }, "met", "approve" },
    { "is not met a day short of that",
      { procedures = last { reliefWeeks = none, measuredOn = "2026-02-23" } }, "not met", "refer to physician" },
    { "is undocumented when nobody says",
      { procedures = last { reliefWeeks = none, measuredOn = none } }, "undocumented", "pend" },
  })

  rows.of("relief-measured", {
    of = second,
    { "is met with scale and date", {}, "met" },
    { "is undocumented without a scale", { procedures = last { scale = none } }, "undocumented", "pend" },
    { "contradicts on another scale", { procedures = last { scale = "ODI" } }, "undocumented", "refer to physician" },
  })

  rows.of("gap", {
    of = second,
    { "is met at fourteen days",
      { procedures = last({ reliefWeeks = 2, measuredOn = "2026-03-22" }, "2026-03-08") }, "met", "approve" },
    { "is not met a day short of that",
      { procedures = last({ reliefWeeks = 2, measuredOn = "2026-03-23" }, "2026-03-09") }, "not met",
      "refer to physician" },
    { "is undocumented where only the month is known", { procedures = last({}, "2026-03") }, "undocumented" },
  })
end)

describe("the text of Aetna on epidural injections", function()
  policy(nil)
  local first = casefile "cases/esi-first-2026.json"

  it("is the older one until the last day of 2025", function()
    local function on(day)
      return judge(first:edit(function(document) document.request.lines[1].serviced = { start = day } end)).policy
    end
    assert.equal("2025-12-31", on "2025-12-31".version)
    assert.equal("2026-02-12", on "2026-01-01".version)
    assert.equal("aetna.epidural-injections", on "2026-01-01".id)
  end)
end)
