-- What CMM-210 asks of a pump otherwise than Aetna; the rest is tested beside the Aetna policy.

describe("evicore.pump", function()
  policy "policies/evicore/pump.lua"

  local implant = casefile "cases/pump-implant-complete.json"
  local rows = require "rubric.rows" { describe, it, implant }
  local cancer  = implant:with { diagnoses = { "G89.3", "C25.9" } }
  local last    = cancer:with { ["pump.advanced_cancer"] = true }:without { "trials", "trial.function_improved" }
  local trial   = casefile {
    lines = { "62326" }, diagnoses = { "M96.1" }, ["plan.purpose"] = "pump-trial", ["pump.in_situ"] = false,
    ["treatment.less_invasive_failed"] = true, ["safety.infection"] = false, ["safety.drug_allergy"] = false,
    ["trial.opioid_reduction_agreed"] = true,
  }
  local replacement = implant:without { "trials", "evaluations" }:with {
    lines = { "62362" }, ["pump.in_situ"] = true, ["pump.replacement_reason"] = "battery",
    ["pump.drug_misuse"] = false,
  }

  local function care(from, to, kind)
    return { { kind = kind or "physical-therapy", period = { start = from, ["end"] = to },
               outcome = { result = "failed" } } }
  end
  local function tried(outcome, more)
    local record = { kind = "intrathecal-catheter", period = { start = "2026-02-16", ["end"] = "2026-02-18" },
                     outcome = outcome, sideEffects = "acceptable" }
    for key, value in pairs(more or {}) do record[key] = value ~= none and value or nil end
    return { trials = { record } }
  end

  it("approves what is complete, of every type", function()
    for _, case in ipairs { implant, cancer, last, trial, replacement } do assert.recommends("approve", case) end
  end)

  rows.of("six-months-of-care", {
    { "is met at six months", { treatments = care("2025-05-04", "2025-11-04") }, "met", "approve" },
    { "is not met by less than any six months are",
      { treatments = care("2025-05-04", "2025-10-31") }, "not met", "refer to physician" },
    { "is undocumented by what some six months are and others not",
      { treatments = care("2025-05-04", "2025-11-03") }, "undocumented", "pend" },
    { "counts one after the other",
      { treatments = { care("2025-05-04", "2025-08-04")[1], care("2025-08-04", "2025-11-05", "medication")[1] } },
      "met" },
    { "is undocumented without a result",
      { treatments = { { kind = "physical-therapy", period = { start = "2025-05-04", ["end"] = "2025-12-04" } } } },
      "undocumented", "pend" },
    { "is undocumented without any", { treatments = none }, "undocumented", "pend" },
    { "is not asked for in cancer", { treatments = none }, "met", "approve", of = cancer },
    { "is asked for by the code of cancer pain alone",
      { treatments = none, diagnoses = { "G89.3" } }, "undocumented", "pend" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 27, ["conservative.outcome"] = "failed" }, "met" },
  })

  rows.of("trial-relief", {
    { "is met at half", tried { reliefPercent = 50 }, "met", "approve" },
    { "is not met just short of it", tried { reliefPercent = 49 }, "not met", "refer to physician" },
    { "is undocumented when nobody says", tried { scale = "pain-nrs" }, "undocumented", "pend" },
    { "may be left out in advanced cancer", {}, "met", "approve", of = last },
    { "may not be left out in other cancer", { ["pump.advanced_cancer"] = false }, "undocumented", "pend", of = last },
    { "may not be left out without cancer", { diagnoses = { "M96.1" } }, "undocumented", "pend", of = last },
  })

  for id, change in pairs {
    ["trial-catheter"] = { { kind = "other" }, "undocumented" },
    ["trial-before-implant"] = { { period = { start = "2026-06-01", ["end"] = "2026-06-30" } }, "not met" },
    ["trial-side-effects"] = { { sideEffects = "unacceptable" }, "not met" },
  } do
    it(id .. " is asked for, but not in advanced cancer", function()
      assert.criterion(id, implant, "met")
      assert.criterion(id, implant:with(tried({ reliefPercent = 60 }, change[1])), change[2])
      assert.criterion(id, implant:without "trials", "undocumented")
      assert.criterion(id, last, "met")
    end)
  end

  rows.of("trial-function", {
    { "is met", {}, "met", "approve" },
    { "is not met", { ["trial.function_improved"] = false }, "not met", "refer to physician" },
    { "is undocumented when nobody says", { ["trial.function_improved"] = none }, "undocumented", "pend" },
  })

  rows.of("psychology", {
    { "is met by a favourable evaluation", {}, "met" },
    { "is not met by another", { ["psych.conclusion"] = "unfavorable", evaluations = none }, "not met",
      "refer to physician" },
    { "is undocumented without one", { evaluations = none }, "undocumented", "pend" },
    { "is undocumented without its date",
      { evaluations = { { kind = "psychological", conclusion = "favorable" } } }, "undocumented", "pend" },
    { "is asked for in cancer too", { evaluations = none }, "undocumented", "pend", of = cancer },
  })

  rows.of("opioids-reduced", {
    { "is met by the agreement", {}, "met", "approve", of = trial },
    { "is not met without it", { ["trial.opioid_reduction_agreed"] = false }, "not met", "refer to physician",
      of = trial },
    { "is undocumented when nobody says", { ["trial.opioid_reduction_agreed"] = none }, "undocumented", "pend",
      of = trial },
    { "is not asked of who takes none", { ["trial.opioid_reduction_agreed"] = none, ["meds.opioids"] = false }, "met",
      "approve", of = trial },
    { "does not apply to an implant", {}, "not applicable" },
  })

  rows.of("replacement-reason", {
    { "is met by an empty battery", {}, "met", "approve", of = replacement },
    { "is not met by an infection", { ["pump.replacement_reason"] = "infection" }, "not met", "refer to physician",
      of = replacement },
    { "is undocumented when nobody says", { ["pump.replacement_reason"] = none }, "undocumented", "pend",
      of = replacement },
  })

  rows.of("no-misuse", {
    { "is met where there is none", {}, "met", of = replacement },
    { "is not met where there is", { ["pump.drug_misuse"] = true }, "not met", "refer to physician", of = replacement },
    { "is undocumented when nobody says", { ["pump.drug_misuse"] = none }, "undocumented", "pend", of = replacement },
  })

  it("keeps a running pump running, as all of them do", function()
    local answer = judge(casefile { lines = { "62369" } })
    assert.equal("refer", answer.recommendation)
    assert.is_true(answer.expedite)
    assert.is_true(answer.bridge_suggested)
  end)
end)
