-- aetna.spinal-cord-stimulator: what differs from the national text, at each number, just short, and silent.

describe("aetna.spinal-cord-stimulator", function()
  policy "aetna.spinal-cord-stimulator"

  local permanent = casefile "cases/stimulator-permanent.json"
  local trial     = permanent:with { lines = { { code = "63650", quantity = { value = 1 },
                                                 serviced = { start = "2026-04-14" } } },
                                     ["stimulator.phase"] = "trial" }
  local exchange  = permanent:with { lines = { { code = "63685", quantity = { value = 1 },
                                                 serviced = { start = "2026-04-14" } } },
                                     ["stimulator.phase"] = "revision" }
  local rows      = require "rubric.rows" { describe, it, permanent }

  it("approves a complete trial and a complete implant", function()
    assert.recommends("approve", permanent)
    assert.recommends("approve", trial)
    assert.asks_for({}, permanent)
  end)

  local function onset(day) return { diagnoses = { { code = "M96.1", onset = day } } } end
  rows.of("duration-of-pain", {
    { "is met at six months",             onset "2025-10-14", "met", "approve" },
    { "is not met a day short of that",   onset "2025-10-15", "not met", "refer to physician" },
    { "is undocumented when nobody says", { diagnoses = { "M96.1" } }, "undocumented", "pend" },
    { "is asked of a trial too",          onset "2025-10-15", "not met", of = trial },
    { "is not asked of an exchange",      {}, "not applicable", of = exchange },
  })
  local function therapy(last)
    return { treatments = { { kind = "physical-therapy", status = "completed",
                              period = { start = "2024-03-04", ["end"] = last } } } }
  end
  rows.of("physical-therapy", {
    { "is met at six weeks",              therapy "2024-04-15", "met", "approve" },
    { "is not met a day short of that",   therapy "2024-04-14", "not met", "refer to physician" },
    { "is undocumented without any",      { treatments = none }, "undocumented", "pend" },
    { "is not asked of an exchange",      {}, "not applicable", of = exchange },
  })
  rows.of("disability", {
    { "is met at twenty-one percent",     { observations = none, ["function.odi"] = 21 }, "met", "approve" },
    { "is not met just short of it",      { observations = none, ["function.odi"] = 20 }, "not met",
      "refer to physician" },
    { "is undocumented when nobody says", { observations = none }, "undocumented", "pend" },
    { "is not asked of an exchange",      {}, "not applicable", of = exchange },
  })
  rows.yes_or_no("no-untreated-habituation", "psych.untreated_habituation", "no")

  local function lasted(first, last)
    return { trials = { { kind = "spinal-cord-stimulator", period = { start = first, ["end"] = last },
                          outcome = { reliefPercent = 60 } } } }
  end
  rows.of("trial-duration", {
    { "is met at three days",             lasted("2026-03-09", "2026-03-12"), "met", "approve" },
    { "is not met at two",                lasted("2026-03-09", "2026-03-11"), "not met", "refer to physician" },
    { "is undocumented without a beginning", lasted(nil, "2026-03-12"), "undocumented", "pend" },
    { "does not apply to a trial",        {}, "not applicable", of = trial },
  })
end)
