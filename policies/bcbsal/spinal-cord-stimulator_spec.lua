-- bcbsal.spinal-cord-stimulator: what differs from the national text, at each number, just short, and silent.

describe("bcbsal.spinal-cord-stimulator", function()
  policy "bcbsal.spinal-cord-stimulator"

  local permanent = casefile "cases/stimulator-permanent.json"
  local exchange  = casefile "cases/stimulator-new-battery.json"
  local rows      = require "rubric.rows" { describe, it, permanent }

  it("approves a complete implant, and a new battery without a trial", function()
    for _, case in ipairs { permanent, exchange } do
      assert.recommends("approve", case)
      assert.asks_for({}, case)
    end
  end)

  local function onset(day) return { diagnoses = { { code = "M96.1", onset = day } } } end
  rows.of("duration-of-pain", {
    { "is met at three months",           onset "2026-01-14", "met", "approve" },
    { "is not met a day short of that",   onset "2026-01-15", "not met", "refer to physician" },
    { "is undocumented when nobody says", { diagnoses = { "M96.1" } }, "undocumented", "pend" },
    { "is not asked of an exchange",      {}, "not applicable", of = exchange },
  })
  rows.of("severity", {
    { "is met at five of ten",            { observations = none, ["pain.score"] = 5 }, "met", "approve" },
    { "is not met at four",               { observations = none, ["pain.score"] = 4 }, "not met",
      "refer to physician" },
    { "is undocumented when nobody says", { observations = none }, "undocumented", "pend" },
    { "is not asked of an exchange",      {}, "not applicable", of = exchange },
  })
  rows.yes_or_no("no-untreated-habituation", "psych.untreated_habituation", "no")

  local function ended(percent_of)
    return { trials = { { kind = "spinal-cord-stimulator", period = { start = "2026-03-09", ["end"] = "2026-03-16" },
                          outcome = { reliefPercent = percent_of, scale = "NRS" } } } }
  end
  rows.of("trial-relief", {
    { "is met at half",                   ended(50), "met", "approve" },
    { "is not met just short of it",      ended(49), "not met", "refer to physician" },
    { "is not met by fewer drugs instead", { trials = ended(49).trials, ["trial.analgesic_reduction"] = 80 },
      "not met" },
    { "is undocumented when nobody says", ended(nil), "undocumented", "pend" },
    { "is not asked of an exchange",      {}, "not applicable", of = exchange },
  })

  it("keeps the rest of the national text, but for the team and Medicare's number", function()
    local ids = {}
    for _, one in ipairs(judge(permanent).criteria) do ids[one.id] = true end
    for _, id in ipairs { "last-resort", "drugs-tried", "surgery-tried", "physical-treatment-tried",
                          "psychological-treatment-tried", "facilities", "trial-first", "in-place" } do
      assert.is_true(ids[id], id)
    end
    assert.is_nil(ids["screened-by-team"])
    assert.is_nil(ids["tracking-number"])
  end)
end)
