-- ncd.280-14: no percentage, no psychological evaluation, a catheter and no single injection.

describe("ncd.280-14", function()
  policy "ncd-280-14.lua"

  local implant = casefile {
    lines = { "62350", "62362" }, diagnoses = { "M96.1" }, ["pump.in_situ"] = false,
    ["pain.severe_intractable"] = true, ["patient.life_expectancy"] = months(3),
    ["treatment.noninvasive_inadequate"] = true, ["treatment.systemic_opioids_failed"] = true,
    ["treatment.behavioral_attempted"] = true,
    ["trial.method"] = "catheter", ["trial.relief_acceptable"] = true, ["trial.side_effects"] = "acceptable",
    ["trial.accepted"] = true, ["safety.drug_allergy"] = false, ["safety.infection"] = false,
    ["safety.body_size_adequate"] = true, ["safety.device_crosstalk"] = false,
  }

  local spastic = casefile {
    lines = { "62362" }, diagnoses = { "G80.0" }, ["pump.in_situ"] = false,
    ["spasticity.noninvasive_for"] = weeks(6), ["spasticity.noninvasive_outcome"] = "not-tolerated",
    ["spasticity.trial_favorable"] = true, ["safety.drug_allergy"] = false, ["safety.infection"] = false,
    ["safety.body_size_adequate"] = true, ["safety.device_crosstalk"] = false,
  }

  local refill = casefile {
    lines = { "62369", { code = "J2274", quantity = { value = 50 } } }, diagnoses = { "M96.1" },
    devices = { { kind = "intrathecal-pump", status = "in-use", implanted = "2021-03-02",
                  lastRefill = "2026-04-01", nextRefill = "2026-07-06" } },
    ["pump.order_current"] = true, ["pump.drug_suits_patient"] = true, ["pump.fill_amount"] = mg(500),
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
    assert.recommends("approve", implant:with { ["trial.relief_percent"] = percent(40) })
    assert.recommends("approve", implant:with { ["psych.conclusion"] = "unfavorable" })
  end)

  local function rows(title, case, list)
    describe(title, function()
      for _, row in ipairs(list) do
        local id, fact, contrary = row[1], row[2], row[3]
        it(id .. " is met, not met, or undocumented", function()
          assert.criterion(id, case, "met")
          assert.criterion(id, case:with { [fact] = contrary }, "not met")
          assert.recommends("refer", case:with { [fact] = contrary })
          assert.criterion(id, case:without(fact), "undocumented")
          assert.is_not.recommends("approve", case:without(fact))
        end)
      end
    end)
  end

  rows("a pump for pain", implant, {
    { "intractable-pain", "pain.severe_intractable", false },
    { "life-expectancy", "patient.life_expectancy", months(2) },
    { "life-expectancy", "patient.life_expectancy", days(88) },
    { "noninvasive-inadequate", "treatment.noninvasive_inadequate", false },
    { "systemic-opioids", "treatment.systemic_opioids_failed", false },
    { "aggravating-factors", "treatment.behavioral_attempted", false },
    { "trial-catheter", "trial.method", "single-injection" },
    { "trial-relief", "trial.relief_acceptable", false },
    { "trial-side-effects", "trial.side_effects", "unacceptable" },
    { "trial-accepted", "trial.accepted", false },
    { "no-drug-allergy", "safety.drug_allergy", true },
    { "no-infection", "safety.infection", true },
    { "body-size", "safety.body_size_adequate", false },
    { "no-crosstalk", "safety.device_crosstalk", true },
  })

  rows("a pump for spasticity", spastic, {
    { "spasticity-noninvasive", "spasticity.noninvasive_for", days(41) },
    { "spasticity-noninvasive", "spasticity.noninvasive_outcome", "partial" },
    { "spasticity-trial", "spasticity.trial_favorable", false },
  })

  rows("a refill", refill, {
    { "current-order", "pump.order_current", false },
    { "drug-suits-patient", "pump.drug_suits_patient", false },
  })

  rows("a replacement", replacement, { { "replacement-reason", "pump.replacement_reason", "features-only" } })

  rows("a trial", trial, {
    { "trial-no-infection", "safety.infection", true },
    { "trial-no-allergy", "safety.drug_allergy", true },
  })

  it("knows severe spasticity from the diagnosis or from the examiner", function()
    assert.criterion("severe-spasticity", spastic, "met")
    local injury = spastic:with { diagnoses = { "S14.109S" } }
    assert.criterion("severe-spasticity", injury, "undocumented")
    assert.criterion("severe-spasticity", injury:with { ["spasticity.severe"] = false }, "not met")
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
end)
