-- What SURG.00068 asks of a pump for cancer pain; the rest is tested beside the Aetna policy.

describe("anthem.pump", function()
  policy "policies/anthem/pump.lua"

  local implant = casefile "cases/pump-implant-complete.json"

  it("approves a complete implant for cancer pain", function() assert.recommends("approve", implant) end)

  for _, row in ipairs {
    { "strong-opioids-failed", "treatment.strong_opioids_fixed", false },
    { "life-expectancy", "patient.life_expectancy", months(3) },
    { "no-tumor-on-thecal-sac", "safety.thecal_tumor_excluded", false },
    { "no-sepsis", "safety.sepsis", true },
    { "no-coagulopathy", "safety.coagulopathy", true },
  } do
    local id, path, contrary = row[1], row[2], row[3]
    it(id .. " is met, not met, or undocumented", function()
      assert.criterion(id, implant, "met")
      local against = implant:with { [path] = contrary }
      assert.criterion(id, against, "not met")
      assert.recommends("refer to physician", against)
      local silent = implant:without(path)
      assert.criterion(id, silent, "undocumented")
      assert.recommends("pend", silent)
    end)
  end

  it("wants more than three months to live", function()
    assert.criterion("life-expectancy", implant:with { ["patient.life_expectancy"] = days(93) }, "met")
    assert.criterion("life-expectancy", implant:with { ["patient.life_expectancy"] = days(89) }, "not met")
  end)

  it("leaves other pain to a physician", function()
    local other = implant:with { diagnoses = { "M96.1" } }
    assert.criterion("cancer-pain", other, "not met")
    assert.recommends("refer to physician", other)
    assert.criterion("cancer-pain", implant, "met")
    assert.criterion("cancer-pain", implant:with { diagnoses = { "G89.3" } }, "undocumented")
    assert.criterion("cancer-pain", implant:with { diagnoses = { "M54.16" } }, "undocumented")
  end)

  it("wants a trial in cancer too, and no psychological evaluation", function()
    local untried = implant:without "trials"
    assert.criterion("trial-relief", untried, "undocumented")
    assert.recommends("pend", untried)
    for _, criterion in ipairs(judge(implant).criteria) do assert.is_not.equal("psychology", criterion.id) end
  end)

  it("keeps a running pump running, as all of them do", function()
    local answer = judge(casefile { lines = { "62369" } })
    assert.equal("refer", answer.recommendation)
    assert.is_true(answer.bridge_suggested)
  end)
end)
