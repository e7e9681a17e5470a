-- cms.a55239: the NCD, and what the billing article asks beyond it.

describe("cms.a55239", function()
  policy "a55239.lua"

  local implant = casefile {
    lines = { "62362" }, diagnoses = { "M96.1" }, ["pump.in_situ"] = false,
    ["pain.severe_intractable"] = true, ["patient.life_expectancy"] = years(5),
    ["treatment.noninvasive_inadequate"] = true, ["treatment.systemic_opioids_failed"] = true,
    ["treatment.behavioral_attempted"] = true,
    ["pump.trial_method"] = "catheter", ["pump.trial_ended"] = "2026-05-06",
    ["trial.relief_acceptable"] = true, ["pump.trial_side_effects"] = "acceptable",
    ["trial.accepted"] = true, ["safety.drug_allergy"] = false, ["safety.infection"] = false,
    ["safety.body_size_adequate"] = true, ["safety.device_crosstalk"] = false,
    ["pump.route_required"] = true, ["pump.oral_ineffective"] = true, ["pump.other_modalities_failed"] = true,
    ["pump.drug_suits_patient"] = true, ["pump.specialist_confirms"] = true,
  }

  it("approves what is complete", function() assert.recommends("approve", implant) end)

  for id, fact in pairs {
    ["route-required"] = "pump.route_required", ["oral-ineffective"] = "pump.oral_ineffective",
    ["other-modalities-failed"] = "pump.other_modalities_failed",
    ["drug-expected-to-help"] = "pump.drug_suits_patient", ["specialist-confirms"] = "pump.specialist_confirms",
  } do
    it(id .. " is met, not met, or undocumented", function()
      assert.criterion(id, implant, "met")
      assert.criterion(id, implant:with { [fact] = false }, "not met")
      assert.criterion(id, implant:without(fact), "undocumented")
      assert.recommends("pend", implant:without(fact))
      assert.recommends("approve", implant:without(fact):under "ncd.280-14")
    end)
  end

  it("asks nothing of it for a replacement or for spasticity", function()
    assert.criterion("route-required", implant:with { ["pump.in_situ"] = true }, "not applicable")
    assert.criterion("route-required", implant:with { diagnoses = { "G80.0" } }, "not applicable")
  end)
end)
