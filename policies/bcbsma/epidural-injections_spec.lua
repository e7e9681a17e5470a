-- What medical policy 690 asks for otherwise than Medicare; the rest is tested beside the Medicare policy.

describe("bcbsma.epidural-injections", function()
  policy "policies/bcbsma/epidural-injections.lua"

  local first  = casefile "cases/first-injection.json"
  local rows = require "rubric.rows" { describe, it, first }
  local second = casefile "cases/compare-three-weeks-of-relief.json"

  local function care(kind, from, to)
    return { { kind = kind, status = "completed", period = { start = from, ["end"] = to },
               outcome = { result = "failed" } } }
  end
  local function session(performed, outcome)
    return { kind = "epidural-injection", status = "completed", performed = performed,
             bodySite = { region = "lumbar" }, outcome = outcome }
  end
  local function last(outcome, performed)
    local full = { reliefPercent = 60, reliefWeeks = 3, functionChange = "unchanged", measuredOn = "2026-03-03",
                   scale = "NRS" }
    for key, value in pairs(outcome or {}) do full[key] = value ~= none and value or nil end
    return { session(performed or "2026-02-10", full) }
  end
  local function score(name, number)
    return { { name = name, effective = "2026-01-26", value = { number = number } } }
  end

  it("approves a complete first, and a second forty days after relief of three weeks", function()
    assert.recommends("approve", first)
    assert.recommends("approve", second)
    assert.recommends("refer to physician", second:under "cms.epidural-injections")
  end)

  rows.of("moderate-pain", {
    { "is met at four", { observations = score("pain-nrs", 4) }, "met", "approve" },
    { "is not met below", { observations = score("pain-nrs", 3) }, "not met", "refer to physician" },
    { "is met by forty of a hundred", { observations = score("pain-vas", 40) }, "met", "approve" },
    { "is undocumented without a score", { observations = none }, "undocumented", "pend" },
  })

  rows.of("active-therapy", {
    { "is met by physical therapy", { treatments = care("physical-therapy", "2025-12-01", "2025-12-29") }, "met",
      "approve" },
    { "is met by exercise", { treatments = care("exercise", "2025-12-01", "2025-12-29") }, "met" },
    { "is undocumented by tablets alone",
      { treatments = care("medication", "2025-12-01", "2026-01-12") }, "undocumented", "pend" },
    { "is not met where the record says that there was none",
      { treatments = care("medication", "2025-12-01", "2026-01-12"), ["treatment.active_therapy"] = false },
      "undocumented", "pend" },
    { "is met when it was not tolerated",
      { treatments = care("medication", "2025-12-01", "2026-01-12"), ["treatment.not_tolerated"] = true }, "met" },
    { "is not asked for at a repeat", {}, "not applicable", of = second },
  })

  rows.of("conservative-care", {
    { "is met at four weeks", { treatments = care("physical-therapy", "2025-12-01", "2025-12-29") }, "met" },
    { "is not met a day short of that",
      { treatments = care("physical-therapy", "2025-12-01", "2025-12-28") }, "not met", "refer to physician" },
  })

  rows.of("failed-back-radicular", {
    { "does not apply without surgery", {}, "not applicable" },
    { "is met by signs of a nerve root", { diagnoses = { "M96.1" } }, "met" },
    { "is undocumented by a second code alone",
      { diagnoses = { "M96.1", "M54.16" }, examination = none }, "undocumented", "pend" },
    { "is met by the word of the note",
      { diagnoses = { "M96.1" }, examination = none, ["pain.pattern"] = { "post-laminectomy", "radicular" } }, "met" },
  })

  rows.of("prior-success", {
    { "is met at half", { procedures = last { reliefPercent = 50 } }, "met", "approve", of = second },
    { "is not met just short of it", { procedures = last { reliefPercent = 49 } }, "not met", "refer to physician",
      of = second },
    { "is met by function instead",
      { procedures = last { reliefPercent = 10, functionChange = "improved" } }, "met", "approve", of = second },
    { "is undocumented when nobody says",
      { procedures = last { reliefPercent = none, functionChange = none } }, "undocumented", "pend", of = second },
  })

  rows.of("success-dated", {
    { "is met with a date", {}, "met", of = second },
    { "is undocumented without one", { procedures = last { measuredOn = none } }, "undocumented", "pend", of = second },
  })

  rows.of("gap", {
    { "is met at thirty days", { procedures = last({}, "2026-02-20") }, "met", "approve", of = second },
    { "is not met a day short of that",
      { procedures = last({}, "2026-02-21") }, "not met", "refer to physician", of = second },
    { "is undocumented where only the month is known",
      { procedures = last({}, "2026-02") }, "undocumented", of = second },
  })

  it("allows six sessions in twelve months", function()
    local function sessions(...)
      local list = {}
      for i, day in ipairs { ... } do list[i] = last({}, day)[1] end
      return second:with { procedures = list }
    end
    local sixth = sessions("2025-04-10", "2025-06-10", "2025-08-10", "2025-10-10", "2026-02-10")
    assert.criterion("sessions-a-year", sixth, "met")
    assert.recommends("approve", sixth)
    local seventh = sessions("2025-04-10", "2025-06-10", "2025-08-10", "2025-10-10", "2025-12-10", "2026-02-10")
    assert.criterion("sessions-a-year", seventh, "not met")
    assert.recommends("refer to physician", seventh)
    assert.criterion("sessions-a-year", second:without "complete", "undocumented")
  end)
end)
