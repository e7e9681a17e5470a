-- What the 7.01.41 family asks of a pump otherwise than Aetna; the rest is tested beside the Aetna policy.

describe("bcbs.pump", function()
  policy "policies/bcbs/pump.lua"

  local implant = casefile "cases/pump-implant-complete.json"
  local short   = implant:without "trials":with { ["patient.life_expectancy"] = days(60) }

  local function tried(percent_of, more)
    local record = { kind = "intrathecal-catheter", period = { start = "2026-02-16", ["end"] = "2026-02-18" },
                     outcome = percent_of and { reliefPercent = percent_of } or nil, sideEffects = "acceptable" }
    for key, value in pairs(more or {}) do record[key] = value ~= none and value or nil end
    return implant:with { trials = { record } }
  end

  it("approves a complete implant, and one without a trial where the survival is short", function()
    assert.recommends("approve", implant)
    assert.recommends("approve", short)
  end)

  it("wants more than half of the pain gone, where others want half", function()
    assert.criterion("trial-relief", tried(51), "met")
    assert.criterion("trial-relief", tried(50), "not met")
    assert.recommends("refer to physician", tried(50))
    assert.criterion("trial-relief", tried(50):under "aetna.pump", "met")
    assert.criterion("trial-relief", tried(nil), "undocumented")
  end)

  it("waives the trial below three months, not at them, and not where nobody says", function()
    for _, id in ipairs { "trial-catheter", "trial-before-implant", "trial-relief", "trial-side-effects" } do
      assert.criterion(id, short, "met")
      assert.criterion(id, short:with { ["patient.life_expectancy"] = days(93) }, "undocumented")
      assert.criterion(id, short:without "patient.life_expectancy", "undocumented")
    end
    assert.recommends("pend", short:without "patient.life_expectancy")
  end)

  it("wants a trial that is over, through a catheter, and was borne", function()
    assert.criterion("trial-before-implant",
      tried(60, { period = { start = "2026-06-01", ["end"] = "2026-06-30" } }), "not met")
    assert.criterion("trial-side-effects", tried(60, { sideEffects = "unacceptable" }), "not met")
    assert.criterion("trial-catheter", implant:without "trials":with { ["pump.trial_method"] = "single-injection" },
      "not met")
  end)

  it("asks about mental disorders in place of a favourable evaluation", function()
    assert.criterion("no-uncontrolled-disorder", implant, "met")
    local disorder = implant:with { ["psych.uncontrolled_disorder"] = true }
    assert.criterion("no-uncontrolled-disorder", disorder, "not met")
    assert.recommends("refer to physician", disorder)
    local silent = implant:without "psych.uncontrolled_disorder"
    assert.criterion("no-uncontrolled-disorder", silent, "undocumented")
    assert.recommends("pend", silent)
    assert.recommends("approve", implant:without "evaluations")
  end)

  it("keeps a running pump running, as all of them do", function()
    local answer = judge(casefile { lines = { "62369" } })
    assert.equal("refer", answer.recommendation)
    assert.is_true(answer.expedite)
    assert.is_true(answer.bridge_suggested)
  end)
end)
