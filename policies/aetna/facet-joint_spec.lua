-- aetna.facet-joint: what differs from the Medicare text, at each number, just short, and silent.

describe("aetna.facet-joint", function()
  policy "aetna.facet-joint"

  local first = casefile "cases/facet-three-levels.json"
  local rows  = require "rubric.rows" { describe, it, first }

  it("approves a complete first block of three levels", function()
    assert.recommends("approve", first)
    assert.asks_for({}, first)
  end)

  local function care(last)
    return { treatments = { { kind = "physical-therapy", status = "completed", outcome = { result = "failed" },
                              period = { start = "2025-10-06", ["end"] = last } } } }
  end
  rows.of("conservative-care", {
    { "is met at six weeks",           care "2025-11-17", "met", "approve" },
    { "is not met a day short of it",  care "2025-11-16", "not met", "refer to physician" },
    { "is undocumented without any",   { treatments = none }, "undocumented", "pend" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 6, ["conservative.outcome"] = "failed" }, "met", "approve" },
    { "is undocumented by an answer of five weeks",
      { treatments = none, ["conservative.weeks"] = 5, ["conservative.outcome"] = "failed" }, "undocumented" },
    { "is met when it was not tolerated", { treatments = none, ["treatment.not_tolerated"] = true }, "met" },
    { "is met when it must not be given", { treatments = none, ["treatment.contraindicated"] = true }, "met" },
  })
  rows.yes_or_no("ablation-considered", "plan.rfa_considered", "yes")
  rows.of("purpose", {
    { "is met when the note says it",    {}, "met" },
    { "is not met by another purpose",   { ["plan.purpose"] = "postoperative-pain" }, "not met", "refer to physician" },
    { "is undocumented when nobody says", { ["plan.purpose"] = none }, "undocumented", "pend" },
  })

  it("counts to three levels, and refers the fourth", function()
    assert.criterion("injected-levels", first, "met")
    local four = first:edit(function(document)
      local lines = document.request.lines
      lines[4] = { sequence = 4, system = "cpt", code = "64495", quantity = { value = 1 },
                   serviced = { start = "2026-03-17" }, modifier = { "RT" },
                   bodySite = { region = "lumbar", level = { "L2-L3" }, laterality = "right" } }
    end)
    assert.criterion("injected-levels", four, "not met")
    assert.recommends("refer to physician", four)
  end)

  it("goes by the note: a block needs no modifier, a treatment two good blocks", function()
    assert.criterion("two-diagnostics", first, "not applicable")
    local treatment = first:with { ["plan.purpose"] = "therapeutic" }
    assert.criterion("two-diagnostics", treatment, "not met")
    assert.criterion("why-not-ablation", treatment, "undocumented")
    assert.recommends("refer to physician", treatment)
  end)

  it("wants three months of pain", function()
    local function onset(day) return first:with { diagnoses = { { code = "M47.816", onset = day } } } end
    assert.criterion("duration-of-pain", onset "2025-12-17", "met")
    assert.criterion("duration-of-pain", onset "2025-12-18", "not met")
  end)

  it("wants eighty percent from the block before", function()
    local function after(percent_of)
      local list = {}
      for i, level in ipairs { "L3-L4", "L4-L5", "L5-S1" } do
        list[i] = { kind = "medial-branch-block", performed = "2026-02-17", purpose = "diagnostic",
                    outcome = { reliefPercent = percent_of, measuredOn = "2026-02-17", scale = "NRS" },
                    bodySite = { region = "lumbar", level = { level }, laterality = "right" } }
      end
      return first:with { procedures = list }
    end
    assert.criterion("relief-from-first", after(80), "met")
    assert.recommends("approve", after(80))
    assert.criterion("relief-from-first", after(79), "not met")
    assert.recommends("refer to physician", after(79))
  end)
end)
