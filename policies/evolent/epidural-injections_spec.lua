-- What CAM 136 asks for otherwise than Medicare; the rest is tested beside the Medicare policy.

describe("evolent.epidural-injections", function()
  policy "policies/evolent/epidural-injections.lua"

  local first = casefile "cases/first-injection.json"
  local rows = require "rubric.rows" { describe, it, first }
  -- The pain of the case began on 2025-12-22, seven weeks before the session of 2026-02-10.
  local chronic = first:with { diagnoses = { { code = "M54.16", onset = "2025-06-02" } } }

  local function care(from, to)
    return { { kind = "physical-therapy", status = "completed", period = { start = from, ["end"] = to },
               outcome = { result = "failed" } } }
  end

  it("approves a first injection for acute pain after two weeks of care", function()
    assert.recommends("approve", first)
    assert.recommends("refer to physician", first:under "cms.epidural-injections")
  end)

  rows.of("conservative-care", {
    { "is met at two weeks for acute pain", { treatments = care("2026-01-05", "2026-01-19") }, "met", "approve" },
    { "is not met a day short of that",
      { treatments = care("2026-01-05", "2026-01-18") }, "not met", "refer to physician" },
    { "is met at six weeks for chronic pain",
      { treatments = care("2025-12-01", "2026-01-12") }, "met", "approve", of = chronic },
    { "is not met a day short of six",
      { treatments = care("2025-12-01", "2026-01-11") }, "not met", "refer to physician", of = chronic },
    { "is chronic from three months on",
      { treatments = care("2026-01-05", "2026-01-19"), diagnoses = { { code = "M54.16", onset = "2025-11-10" } } },
      "not met" },
    { "is acute a day before that",
      { treatments = care("2026-01-05", "2026-01-19"), diagnoses = { { code = "M54.16", onset = "2025-11-11" } } },
      "met" },
    { "asks six weeks for stenosis, however young",
      { treatments = care("2026-01-05", "2026-01-19"), diagnoses = { { code = "M48.062", onset = "2025-12-22" } } },
      "not met" },
    { "is undocumented for care of more than six months ago",
      { treatments = care("2025-06-01", "2025-08-10") }, "undocumented", "pend", of = chronic },
    { "counts care that ended in the last six months",
      { treatments = care("2025-06-01", "2025-08-11") }, "met", of = chronic },
    { "is undocumented without any", { treatments = none }, "undocumented", "pend" },
    { "is undocumented when nobody says how long it hurts",
      { diagnoses = { "M54.16" }, treatments = care("2026-01-05", "2026-01-19") }, "undocumented", "pend" },
    { "is met by an answer for acute pain",
      { treatments = none, ["conservative.weeks"] = 2, ["conservative.outcome"] = "failed" }, "met" },
  })

  rows.of("pain-or-disability", {
    { "is met at six of ten", { ["pain.affects_function"] = none }, "met" },
    { "is not met below, without disability",
      { observations = { { name = "pain-nrs", effective = "2026-01-26", value = { number = 5 } } },
        ["pain.affects_function"] = false }, "not met", "refer to physician" },
    { "is met below, with disability",
      { observations = { { name = "pain-nrs", effective = "2026-01-26", value = { number = 5 } } } },
      "met", "approve" },
    { "is undocumented when nobody says",
      { observations = { { name = "odi", effective = "2026-01-26", value = { number = 44 } } },
        ["pain.affects_function"] = none }, "undocumented", "pend" },
  })

  describe("a new episode", function()
    local again = first:with { procedures = { { kind = "epidural-injection", status = "completed",
      performed = "2025-04-20", bodySite = { region = "lumbar" }, outcome = { reliefPercent = 20 } } } }

    it("begins anew: care counts, the last injection does not", function()
      local new = again:with { ["repeat.new_episode"] = true }
      assert.criterion("conservative-care", new, "met")
      assert.criterion("relief-from-last", new, "not applicable")
      assert.criterion("rationale", new, "not applicable")
    end)

    it("is none otherwise: the last injection counts, and the reason is written down", function()
      local same = again:with { ["repeat.new_episode"] = false }
      assert.criterion("conservative-care", same, "not applicable")
      assert.criterion("relief-from-last", same, "not met")
      assert.criterion("rationale", same, "undocumented")
      assert.criterion("rationale", same:with { ["repeat.rationale"] = true }, "met")
      assert.criterion("rationale", same:with { ["repeat.rationale"] = false }, "not met")
      assert.recommends("refer to physician", same)
    end)

    it("is asked about where nobody says", function()
      assert.criterion("episode-stated", first:with { procedures = { { kind = "epidural-injection",
        status = "completed", performed = "2024-12-20", bodySite = { region = "lumbar" } } } }, "undocumented")
    end)
  end)
end)
