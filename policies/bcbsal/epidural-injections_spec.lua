-- What MP-303 asks for otherwise than Medicare; the rest is tested beside the Medicare policy.

describe("bcbsal.epidural-injections", function()
  policy "policies/bcbsal/epidural-injections.lua"

  local first = casefile "cases/first-injection.json"
  local rows = require "rubric.rows" { describe, it, first }

  local function care(from, to)
    return { { kind = "physical-therapy", status = "completed", period = { start = from, ["end"] = to },
               outcome = { result = "failed" } } }
  end
  local function image(modality, level, day)
    return { { modality = modality, effective = day or "2025-12-18",
               findings = { { finding = "disc-herniation", level = level, laterality = "right" } } } }
  end

  it("approves a first injection after two weeks of care, where Medicare asks for four", function()
    assert.recommends("approve", first)
    assert.recommends("refer to physician", first:under "cms.epidural-injections")
  end)

  rows.of("conservative-care", {
    { "is met at two weeks", { treatments = care("2025-12-01", "2025-12-15") }, "met", "approve" },
    { "is not met a day short of that",
      { treatments = care("2025-12-01", "2025-12-14") }, "not met", "refer to physician" },
    { "is undocumented without any", { treatments = none }, "undocumented", "pend" },
    { "is waived for an acute disc injury that is imaged",
      { treatments = none, ["pain.acute_disc_injury"] = true }, "met", "approve" },
    { "is not waived for one that is not imaged",
      { treatments = none, ["pain.acute_disc_injury"] = true, imaging = none }, "undocumented", "pend" },
    { "is not waived where there is none",
      { treatments = care("2025-12-01", "2025-12-14"), ["pain.acute_disc_injury"] = false }, "not met" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 2, ["conservative.outcome"] = "failed" }, "met" },
  })

  rows.of("cause-shown", {
    { "is met by the examination", { imaging = none }, "met", "approve" },
    { "is met by imaging at the level requested",
      { examination = none, imaging = image("MR", "L4-L5") }, "met" },
    { "is met by an EMG", { examination = none, imaging = image "EMG" }, "met" },
    { "is undocumented by a plain film", { examination = none, imaging = image("XR", "L4-L5") }, "undocumented" },
    { "is undocumented by imaging of another region",
      { examination = none, imaging = image("MR", "C5-C6") }, "undocumented" },
    { "is undocumented without any of them", { examination = none, imaging = none }, "undocumented", "pend" },
  })

  it("allows two levels, and both sides of one level as one session", function()
    local function lines(...)
      local list = {}
      for i, level in ipairs { ... } do
        list[i] = { code = i == 1 and "64483" or "64484", serviced = { start = "2026-02-10" }, modifier = { "50" },
                    bodySite = { level = { level }, laterality = "bilateral" } }
      end
      return first:with { lines = list }
    end
    assert.criterion("transforaminal-levels", lines("L4-L5", "L5-S1"), "met")
    assert.criterion("transforaminal-levels", lines("L3-L4", "L4-L5", "L5-S1"), "not met")
    assert.criterion("sessions-a-year", lines("L4-L5", "L5-S1"), "not applicable")
    local function caudal(...)
      return first:with { line = { code = "62323", modifier = none, bodySite = { level = { ... } } },
                          ["exam.concordant"] = true }
    end
    assert.criterion("interlaminar-levels", caudal("L4-L5", "L5-S1"), "met")
    assert.criterion("interlaminar-levels", caudal("L3-L4", "L4-L5", "L5-S1"), "not met")
  end)

  it("allows six sessions in twelve months", function()
    local function sessions(count)
      local list = {}
      for i = 1, count do
        list[i] = { kind = "epidural-injection", status = "completed", performed = ("2025-%02d-20"):format(2 + i),
                    bodySite = { region = "lumbar" },
                    outcome = { reliefPercent = 60, reliefWeeks = 16, measuredOn = "2026-01-20", scale = "NRS" } }
      end
      return first:with { procedures = list }
    end
    assert.criterion("sessions-a-year", sessions(5), "met")
    assert.criterion("sessions-a-year", sessions(6), "not met")
    assert.recommends("refer to physician", sessions(6))
  end)

  it("keeps the rule of Medicare on a repeat, of which nothing else is known", function()
    local again = first:with { procedures = { { kind = "epidural-injection", status = "completed",
      performed = "2025-10-20", bodySite = { region = "lumbar" },
      outcome = { reliefPercent = 49, reliefWeeks = 14, measuredOn = "2026-01-26", scale = "NRS" } } } }
    assert.criterion("relief-from-last", again, "not met")
    assert.recommends("refer to physician", again)
  end)

  it("is in force since November 2024", function()
    policy(nil)
    local function on(day)
      local answer = judge(first:edit(function(document) document.request.lines[1].serviced = { start = day } end))
      return answer.policy and answer.policy.id
    end
    assert.equal("bcbsal.epidural-injections", on "2024-11-01")
    assert.is_not.equal("bcbsal.epidural-injections", on "2024-10-31")
    policy "policies/bcbsal/epidural-injections.lua"
  end)
end)
