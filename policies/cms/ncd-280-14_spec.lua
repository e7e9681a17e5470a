-- ncd.280-14: no percentage, no psychological evaluation, a catheter and no single injection.

describe("ncd.280-14", function()
  policy "ncd-280-14.lua"

  local implant = casefile {
    lines = { "62350", "62362" }, diagnoses = { "M96.1" }, ["pump.in_situ"] = false,
    ["pain.severe_intractable"] = true, ["patient.life_expectancy"] = months(3),
    ["treatment.noninvasive_inadequate"] = true, ["treatment.systemic_opioids_failed"] = true,
    ["treatment.behavioral_attempted"] = true,
    ["pump.trial_method"] = "catheter", ["pump.trial_ended"] = "2026-05-06",
    ["trial.relief_acceptable"] = true, ["pump.trial_side_effects"] = "acceptable",
    ["trial.accepted"] = true, ["safety.drug_allergy"] = false, ["safety.infection"] = false,
    ["safety.body_size_adequate"] = true, ["safety.device_crosstalk"] = false,
  }

  local spastic = casefile {
    lines = { "62362" }, diagnoses = { "G80.0" }, ["pump.in_situ"] = false,
    ["spasticity.severe"] = true,
    ["spasticity.noninvasive_for"] = weeks(6), ["spasticity.noninvasive_outcome"] = "not-tolerated",
    ["spasticity.trial_favorable"] = true, ["safety.drug_allergy"] = false, ["safety.infection"] = false,
    ["safety.body_size_adequate"] = true, ["safety.device_crosstalk"] = false,
  }

  local refill = casefile {
    lines = { "62369", { code = "J2274", quantity = { value = 50 } } }, diagnoses = { "M96.1" },
    devices = { { kind = "intrathecal-pump", status = "in-use", implanted = "2021-03-02", reservoirMl = 20,
                  drugs = { { name = "morphine", concentration = { value = 25, unit = "mg-per-ml" },
                              daily = { value = 5, unit = "mg-per-day" } } },
                  lastRefill = "2026-04-01", nextRefill = "2026-07-06" } },
    ["pump.order_current"] = true, ["pump.drug_suits_patient"] = true, ["pump.fill_amount"] = mg(500),
    ["pump.stop_ordered"] = false, ["pump.duplicate_refill"] = false, ["pump.benefit"] = true,
    ["pump.benefit_date"] = "2026-01-20",
  }

  local replacement = spastic:without { "pump.in_situ", "spasticity.trial_favorable" }:with {
    ["pump.in_situ"] = true, ["pump.replacement_reason"] = "end-of-life",
  }

  local trial = casefile {
    lines = { "62327" }, diagnoses = { "M96.1" }, ["plan.purpose"] = "pump-trial",
    ["safety.infection"] = false, ["safety.drug_allergy"] = false, ["pump.in_situ"] = false,
  }

  it("approves what is complete, of every type", function()
    for _, case in ipairs { implant, spastic, refill, replacement, trial } do
      assert.recommends("approve", case)
    end
  end)

  it("asks for no psychological evaluation and for no percentage", function()
    for _, criterion in ipairs(judge(implant).criteria) do
      assert.is_nil(criterion.id:find("psych", 1, true))
      assert.is_nil(criterion.says:find("half", 1, true))
    end
    assert.recommends("approve", implant:with { ["pump.trial_relief_percent"] = percent(40) })
    assert.recommends("approve", implant:with { ["psych.conclusion"] = "unfavorable" })
  end)

  local rows = require "rubric.rows" { describe, it, implant }

  rows.answers("a pump for pain", implant, {
    { "intractable-pain", "pain.severe_intractable", false },
    { "life-expectancy", "patient.life_expectancy", months(2) },
    { "life-expectancy", "patient.life_expectancy", days(88) },
    { "noninvasive-inadequate", "treatment.noninvasive_inadequate", false },
    { "systemic-opioids", "treatment.systemic_opioids_failed", false },
    { "aggravating-factors", "treatment.behavioral_attempted", false },
    { "trial-catheter", "pump.trial_method", "single-injection" },
    { "trial-before-implant", "pump.trial_ended", "2026-06-15" },
    { "trial-relief", "trial.relief_acceptable", false },
    { "trial-side-effects", "pump.trial_side_effects", "unacceptable" },
    { "trial-accepted", "trial.accepted", false },
    { "no-drug-allergy", "safety.drug_allergy", true },
    { "no-infection", "safety.infection", true },
    { "body-size", "safety.body_size_adequate", false },
    { "no-crosstalk", "safety.device_crosstalk", true },
  })

  rows.answers("a pump for spasticity", spastic, {
    { "spasticity-noninvasive", "spasticity.noninvasive_for", days(41) },
    { "spasticity-noninvasive", "spasticity.noninvasive_outcome", "partial" },
    { "spasticity-trial", "spasticity.trial_favorable", false },
  })

  rows.answers("a refill", refill, {
    { "current-order", "pump.order_current", false },
    { "drug-suits-patient", "pump.drug_suits_patient", false },
    { "benefit", "pump.benefit", false },
    { "benefit", "pump.benefit_date", "2025-06-15" },
    { "no-stop-order", "pump.stop_ordered", true },
    { "no-duplicate", "pump.duplicate_refill", true },
    { "fill-fits-reservoir", "pump.fill_amount", mg(501) },
  })

  rows.answers("a replacement", replacement, { { "replacement-reason", "pump.replacement_reason", "features-only" } })

  rows.answers("a trial", trial, {
    { "trial-no-infection", "safety.infection", true },
    { "trial-no-allergy", "safety.drug_allergy", true },
  })

  it("knows severe spasticity from the examiner, never from the code of a disease", function()
    for _, code in ipairs { "G80.0", "G35", "G82.20", "S14.109S" } do
      local case = spastic:with { diagnoses = { code } }
      assert.criterion("severe-spasticity", case, "met")
      assert.criterion("severe-spasticity", case:without "spasticity.severe", "undocumented")
      assert.recommends("pend", case:without "spasticity.severe")
      assert.criterion("severe-spasticity", case:with { ["spasticity.severe"] = false }, "not met")
    end
  end)

  it("chooses the branch by what the pump is for", function()
    assert.criterion("spasticity-trial", implant, "not applicable")
    assert.criterion("trial-relief", spastic, "not applicable")
    assert.criterion("trial-relief", replacement, "not applicable")
    assert.recommends("pend", implant:without "diagnoses")
  end)

  it("reads the type from the codes", function()
    local function pathway(case) return judge(case).lines[1].pathway end
    assert.equal("refill", pathway(refill))
    assert.equal("implant-for-pain", pathway(implant))
    assert.equal("implant-for-spasticity", pathway(spastic))
    assert.equal("replace", pathway(replacement))
    assert.equal("trial", pathway(trial))
    assert.criterion("request-type", implant:with { lines = { "62365" } }, "not met")
    assert.criterion("request-type", trial:without "plan.purpose", "undocumented")
    assert.criterion("pump-in-place", implant:with { lines = { "62362", "62369", "J2274" } }, "not applicable")
  end)

  describe("a refill", function()
    it("of a pump that nobody proves is referred, expedited, with a bridge, never pended", function()
      for _, code in ipairs { "62367", "62370", "95991", "A4220", "J2274" } do
        local answer = judge(casefile { lines = { code } })
        assert.equal("refer", answer.recommendation, code)
        assert.is_true(answer.expedite, code)
        assert.is_true(answer.bridge_suggested, code)
      end
      assert.criterion("pump-in-place", refill:without "devices", "undocumented")
      assert.criterion("pump-in-place", refill, "met")
    end)

    it("where no pump exists is an implant that waits for its papers", function()
      local none_there = casefile { lines = { "J2274" }, ["pump.in_situ"] = false }
      assert.recommends("pend", none_there)
      assert.is_nil(judge(none_there).bridge_suggested)
    end)

    it("names the last and the next date", function()
      assert.criterion("refill-dates", refill, "met")
      assert.criterion("refill-dates", refill:with { devices = { { kind = "intrathecal-pump", status = "in-use",
        lastRefill = "2026-04-01" } } }, "undocumented")
    end)

    it("needs no note on benefit where nothing else is tolerated", function()
      assert.criterion("benefit", refill:with { ["pump.benefit"] = none, ["pump.alternatives_not_tolerated"] = true },
        "met")
      assert.criterion("benefit", refill:with { ["pump.benefit_date"] = "2025-06-16" }, "met")
    end)

    it("is for a pump that is still there", function()
      assert.criterion("pump-not-removed", refill, "met")
      assert.criterion("pump-not-removed", refill:with { ["pump.removed"] = true, devices = none,
        ["pump.in_situ"] = true }, "not met")
      assert.criterion("pump-not-removed", refill:with { devices = none, ["pump.in_situ"] = true }, "undocumented")
      assert.recommends("refer", refill:with { ["pump.removed"] = true })
    end)

    it("is used up while the drug is stable", function()
      local function daily(value)
        local case = refill:with { ["pump.fill_amount"] = mg(180) }
        case.document.devices[1].drugs[1].daily.value = value
        return case:with { lines = { "62369", { code = "J2274", quantity = { value = 18 } } } }
      end
      assert.criterion("fill-lasts", daily(1), "met")
      assert.criterion("fill-lasts", daily(0.99), "not met")
      assert.criterion("fill-lasts", refill:without "pump.fill_amount", "undocumented")
    end)

    it("comes once in fourteen days, unless the dose changes", function()
      local function again(day, asked)
        return refill:with { lines = {
          { code = "62369", serviced = { start = "2026-06-15" } },
          { code = asked or "62369", serviced = { start = day } },
          { code = "J2274", quantity = { value = 50 }, serviced = { start = "2026-06-15" } } } }
      end
      assert.criterion("one-refill-in-fourteen-days", again "2026-06-29", "met", 2)
      assert.criterion("one-refill-in-fourteen-days", again "2026-06-28", "not met", 2)
      assert.criterion("one-refill-in-fourteen-days", again("2026-06-28", "95991"), "not met", 2)
      assert.criterion("one-refill-in-fourteen-days", again "2026-06-28", "met", 1)
      assert.criterion("one-refill-in-fourteen-days", again "2026-06-28":with { ["pump.dose_changed"] = true },
        "met", 2)
      local function after(day) return refill:with { history = { { code = "62370", performed = day } } } end
      assert.recommends("refer", after "2026-06-02")
      assert.recommends("approve", after "2026-06-01")
    end)

    for _, row in ipairs { { "J0475", "baclofen-units", 50 }, { "J0735", "clonidine-units", 500 },
                           { "J2278", "ziconotide-units", 500000 } } do
      it("has units of " .. row[1] .. " for one fill", function()
        local function asked(count)
          return refill:with { lines = { "62369", { code = row[1], quantity = { value = count } } } }
        end
        assert.criterion(row[2], asked(row[3]), "met", 2)
        assert.criterion(row[2], asked(row[3] + 1), "not met", 2)
        assert.criterion(row[2], asked(row[3]):without "pump.fill_amount", "undocumented", 2)
      end)
    end

    it("stands on one claim with its drug", function()
      assert.criterion("drug-on-the-same-claim", refill, "met")
      assert.criterion("drug-on-the-same-claim", refill:with { lines = { "62369" } }, "not met")
      assert.criterion("drug-on-the-same-claim", refill:with { lines = { "62367" } }, "not applicable")
    end)

    it("has units of 10 mg, rounded up", function()
      local function asked(count)
        return refill:with { lines = { { code = "J2274", quantity = { value = count } } } }
      end
      assert.criterion("morphine-units", asked(50), "met")
      assert.criterion("morphine-units", asked(51), "not met")
      assert.criterion("morphine-units", asked(50):without "pump.fill_amount", "undocumented")
    end)

    it("by a physician needs a reason", function()
      local physician = refill:with { lines = { "62370", { code = "J2274", quantity = { value = 50 } } } }
      assert.criterion("physician-skill", physician, "undocumented")
      assert.criterion("physician-skill", physician:with { ["pump.physician_skill_needed"] = true }, "met")
      assert.criterion("physician-skill", physician:with { ["pump.physician_skill_needed"] = false }, "not met")
      assert.criterion("physician-skill", refill, "not applicable")
    end)

    it("with a programmer and without one exclude each other", function()
      assert.criterion("one-refill-code", refill, "met")
      assert.criterion("one-refill-code", refill:with { lines = { "62369", "95990", "J2274" } }, "not met")
      assert.criterion("one-refill-code", refill:with { lines = { "J2274" } }, "not applicable")
    end)

    it("with a compounded drug carries KD", function()
      local function with(modifier)
        return refill:with { lines = { "62369", { code = "J7999", modifier = modifier } } }
      end
      assert.criterion("compounded-drug-modifier", with { "KD" }, "met", 2)
      assert.criterion("compounded-drug-modifier", with { "RT" }, "not met", 2)
      assert.criterion("compounded-drug-modifier", with { "KD" }, "not applicable", 1)
    end)

    it("carries no code of a trial or a removal along", function()
      local along = refill:with { lines = { "62369", "J2274", "62327", "62365" } }
      assert.criterion("trial-code-for-a-trial", along, "undocumented", 3)
      assert.criterion("trial-code-for-a-trial", along:with { ["plan.purpose"] = "therapeutic" }, "not met", 3)
      assert.criterion("trial-code-for-a-trial", trial, "met")
      assert.criterion("removal-with-replacement", along, "not met", 4)
      assert.criterion("removal-with-replacement", replacement:with { lines = { "62362", "62365" } }, "met", 2)
      assert.criterion("removal-with-replacement", refill, "not applicable")
    end)

    it("cannot be asked for with an S code", function()
      assert.criterion("payable-code", refill, "met")
      assert.criterion("payable-code", refill:with { lines = { "S9328" } }, "not met")
      assert.recommends("refer", refill:with { lines = { "S9328" } })
    end)
  end)

  it("refers withdrawal, an empty pump, and a possible granuloma", function()
    for fact, value in pairs { ["safety.withdrawal"] = true, ["pump.empty_date"] = "2026-06-14",
                               ["safety.new_neurologic_deficit"] = true } do
      assert.recommends("refer", refill:with { [fact] = value })
      assert.is_true(judge(refill:with { [fact] = value }).expedite, fact)
    end
    assert.recommends("approve", refill:with { ["pump.empty_date"] = "2026-06-15" })
  end)

  it("reckons when the pump runs dry, from the last refill and what can be used of it", function()
    local function usable(volume, more)
      return refill:with { ["pump.usable_volume"] = ml(volume) }:with(more or {}):edit(function(document)
        document.devices[1].nextRefill = nil
        document.devices[1].alarmDate = "2026-09-01"
      end)
    end
    -- 15 ml at 25 mg/ml and 5 mg a day are 75 days from 2026-04-01: the day of service
    assert.recommends("approve", usable(15))
    assert.recommends("refer", usable(14.8))
    -- 17.8 ml: 89 days, 2026-06-29; 18 ml: 90 days
    local waiting = { ["safety.infection"] = none, lines = { "62362" }, ["pump.replacement_reason"] = "battery" }
    assert.is_true(judge(usable(17.8, waiting)).expedite)
    assert.is_false(judge(usable(18, waiting)).expedite)
  end)

  it("takes no trial of a stimulator for one of a pump", function()
    local function tried(...)
      return implant:without { "pump.trial_method", "pump.trial_ended", "pump.trial_side_effects" }
        :with { trials = { ... } }
    end
    local function trial_of(kind, last_day, side_effects)
      return { kind = kind, period = { start = last_day, ["end"] = last_day }, sideEffects = side_effects }
    end
    assert.recommends("approve", tried(trial_of("intrathecal-catheter", "2026-05-06", "acceptable")))
    local other = tried(trial_of("spinal-cord-stimulator", "2026-05-06", "acceptable"))
    for _, id in ipairs { "trial-catheter", "trial-side-effects", "trial-before-implant" } do
      assert.criterion(id, other, "undocumented")
    end
    assert.criterion("trial-side-effects", tried(trial_of("epidural-catheter", "2026-05-06"),
      trial_of("spinal-cord-stimulator", "2026-05-20", "acceptable")), "undocumented")
  end)
end)
