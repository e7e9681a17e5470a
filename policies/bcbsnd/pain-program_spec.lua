-- bcbsnd.pain-program: each criterion met, not met and silent, each number at it, just short and
-- silent. The units and hours that all pain programs share are tried in aetna/pain-program_spec.lua too.

describe("bcbsnd.pain-program", function()
  policy "bcbsnd.pain-program"

  local full      = casefile "cases/outpatient-program.json"
  local inpatient = casefile "cases/inpatient-program.json"
  local rows      = require "rubric.rows" { describe, it, full }

  it("approves a complete program, for outpatients and in a hospital", function()
    for _, case in ipairs { full, inpatient } do
      assert.recommends("approve", case)
      assert.asks_for({}, case)
    end
  end)

  rows.choice("accreditation", "program.accreditation", "CARF International", "another body")
  local function onset(day) return { diagnoses = { { code = "G89.29", onset = day } } } end
  rows.of("chronic-pain", {
    { "is met at six months",             onset "2025-11-11", "met", "approve" },
    { "is not met a day short of that",   onset "2025-11-12", "not met", "refer to physician" },
    { "is undocumented when nobody says", { diagnoses = { "G89.29" } }, "undocumented", "pend" },
  })
  rows.of("not-from-cancer", {
    { "is met by chronic pain of an injury", {}, "met" },
    { "is not met by cancer pain", { diagnoses = { { code = "G89.3", onset = "2024-05-02" } } }, "not met",
      "refer to physician" },
    { "is not met by both", { diagnoses = { { code = "G89.3", onset = "2024-05-02" }, "G89.29" } }, "not met" },
    { "is undocumented without a diagnosis of pain", { diagnoses = { { code = "M25.511", onset = "2024-05-02" } } },
      "undocumented", "pend" },
  })
  rows.yes_or_no("treatment-exhausted", "treatment.conventional_failed", "yes")
  rows.of("treatment-exhausted", {
    { "needs a treatment on file", { treatments = none }, "undocumented", "pend" },
  })
  rows.yes_or_no("diagnostics-exhausted", "program.diagnostics_exhausted", "yes")
  rows.choice("surgery", "program.surgery", "not-indicated", "indicated")
  rows.of("surgery", {
    { "is met by an operation that was done", { ["program.surgery"] = "done-first" }, "met", "approve" },
    { "is not met by one that was avoided",   { ["program.surgery"] = "optional-avoided" }, "not met" },
  })
  rows.yes_or_no("lifestyle-disruption", "function.severe_disruption", "yes")
  rows.yes_or_no("medically-able", "program.medically_able", "yes")
  rows.of("mental-health-screened", {
    { "is met by an evaluation on file",  {}, "met" },
    { "is not met when none was done",    { evaluations = none, ["psych.evaluated"] = false }, "not met",
      "refer to physician" },
    { "is undocumented when nobody says", { evaluations = none }, "undocumented", "pend" },
  })
  rows.choice("mental-health-treated", "psych.conditions", "none", "untreated")
  rows.of("mental-health-treated", {
    { "is met under treatment",           { ["psych.conditions"] = "in-treatment" }, "met", "approve" },
  })
  rows.yes_or_no("substance-risk-screened", "psych.substance_screened", "yes")
  rows.choice("substance-risk-coordinated", "psych.substance_risk", "coordinated", "not-coordinated")
  rows.choice("not-for-biofeedback", "program.main_reason", "chronic-pain", "biofeedback")
  rows.choice("not-for-pots", "program.main_reason", "chronic-pain", "pots")
  rows.yes_or_no("understands", "program.understands_instructions", "yes")
  rows.yes_or_no("not-aggressive", "program.aggressive", "no")
  rows.yes_or_no("realistic-expectations", "program.unrealistic_expectations", "no")
  rows.yes_or_no("medically-stable", "program.medically_stable", "yes")

  -- An inpatient program ------------------------------------------------------------------------------

  for id, fact in pairs { ["outpatient-not-enough"] = "program.outpatient_failed",
                          ["major-disability"] = "function.major_functional_disability",
                          ["family-disruption"] = "function.family_disruption" } do
    rows.yes_or_no(id, fact, "yes", inpatient)
    rows.of(id, { { "is not asked of outpatients", {}, "not applicable" } })
  end
  it("is asked about where the setting is not known", function()
    local silent = full:without "program.setting"
    assert.criterion("major-disability", silent, "undocumented")
    assert.recommends("pend", silent)
  end)

  -- Codes ---------------------------------------------------------------------------------------------

  it("holds the codes of a program, and none beside them", function()
    local function asked(code) return full:with { lines = { { code = code, quantity = { value = 1 } } } } end
    for _, code in ipairs { "96130", "96165", "97110", "97799", "99243", "80364" } do
      assert.is_not_nil(judge(asked(code)).policy)
    end
    for _, code in ipairs { "97112", "97161", "99214", "96150" } do -- 96150 ended in 2019
      assert.reason("no_policy", asked(code))
    end
  end)
  it("refers units over a daily limit, and that line alone", function()
    local case = full:edit(function(document) document.request.lines[1].quantity.value = 16 end)
    assert.criterion("group-first-units", case, "not met", 1)
    assert.reason("units_over_limit", case)
    assert.equal("refer", judge(case).lines[1].recommendation)
    assert.equal("approve", judge(case).lines[2].recommendation)
  end)
  it("refers severe depression without a suicide screen", function()
    local severe = full:with { observations = none, ["function.phq9"] = 20 }
    assert.recommends("approve", severe)
    assert.recommends("refer to physician", severe:without "safety.suicide_screen")
  end)

  it("is not approved without any of its answers but the screen", function()
    for _, case in ipairs { full, inpatient } do
      for name in pairs(case.document.answers) do
        -- No unit of this stay is counted by days; and what it needs is met, wherever it takes place.
        local apart = case == inpatient and (name == "program.days_requested" or name == "program.setting")
        if name ~= "safety.suicide_screen" and not apart then
          assert.is_not.equal("approve", judge(case:without(name)).recommendation, name)
        end
      end
    end
  end)
end)
