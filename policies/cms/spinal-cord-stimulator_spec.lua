-- Every criterion of the policy on stimulators seen met, not met and undocumented, and every
-- threshold at, just short of it, and silent.

describe("cms.spinal-cord-stimulator", function()
  policy "cms.spinal-cord-stimulator"

  local trial     = casefile "cases/stimulator-trial.json"
  local permanent = casefile "cases/stimulator-permanent.json"
  local exchange  = casefile "cases/stimulator-new-battery.json"
  local rows      = require "rubric.rows" { describe, it, trial }

  local function line(code, units, place)
    return { code = code, quantity = { value = units or 1 }, serviced = { start = "2026-04-14" },
             placeOfService = place or "22" }
  end
  local function ended(percent_of, day)
    return { trials = { { kind = "spinal-cord-stimulator", period = { ["end"] = day or "2026-03-16" },
                          outcome = { reliefPercent = percent_of, scale = "NRS" } } } }
  end

  it("approves a complete trial, an implant and a new battery", function()
    for _, case in ipairs { trial, permanent, exchange } do
      assert.recommends("approve", case)
      assert.asks_for({}, case)
    end
  end)

  -- Codes -----------------------------------------------------------------------------------------

  describe("the codes of the policy", function()
    for _, code in ipairs { "63650", "63655", "63661", "63664", "63685", "63688", "L8679", "L8684", "L8689" } do
      it("hold " .. code, function() assert.is_not_nil(judge(trial:with { line = { code = code } }).policy) end)
    end
    -- beside them: a pump, another device; 63660 ended in 2009
    for _, code in ipairs { "62362", "L8690", "63660" } do
      it("do not hold " .. code, function() assert.reason("no_policy", trial:with { line = { code = code } }) end)
    end
  end)

  describe("the diagnoses", function()
    for _, row in ipairs {
      { "M96.1", "met" }, { "G90.50", "met" }, { "G90.59", "met" }, { "G89.4", "met" }, { "G57.71", "met" },
      { "E11.42", "met" },
      { "G89.29", "undocumented" }, { "G56.41", "undocumented" }, { "E11.9", "undocumented" }, -- beside the sets
      { "G90.5", "undocumented" }, { "M54.5", "undocumented" }, -- a heading, and a code that ended in 2021
    } do
      it("take " .. row[1], function()
        local case = trial:with { diagnoses = { row[1] } }
        assert.criterion("diagnosis", case, row[2])
        assert.recommends(row[2] == "met" and "approve" or "pend", case)
      end)
    end
    it("are asked for", function() assert.criterion("diagnosis", trial:with { diagnoses = none }, "undocumented") end)
    it("are not asked of an exchange", function() assert.criterion("diagnosis", exchange, "not applicable") end)
  end)

  -- Which request it is ---------------------------------------------------------------------------

  rows.of("phase", {
    { "is met by a trial",           {}, "met" },
    { "is met by an implant",        { ["stimulator.phase"] = "permanent" }, "met" },
    { "is undocumented when nobody says", { ["stimulator.phase"] = none }, "undocumented", "pend" },
    { "does not apply where a generator says it", {}, "not applicable", of = permanent },
  })
  rows.of("phase-fits-codes", {
    { "is met by an implant with a generator", {}, "met", of = permanent },
    { "is met when nobody says",     { ["stimulator.phase"] = none }, "met", "approve", of = permanent },
    { "is not met by a trial with a generator", { ["stimulator.phase"] = "trial" }, "not met", "refer to physician",
      of = permanent },
    { "does not apply to a lead",    {}, "not applicable" },
  })
  it("asks for the result of a trial as soon as it may be an implant", function()
    assert.criterion("trial-relief", trial, "not applicable")
    assert.criterion("trial-relief", trial:without "stimulator.phase", "undocumented")
    assert.criterion("trial-relief", trial:with { ["stimulator.phase"] = "permanent" }, "undocumented")
    assert.criterion("trial-relief", trial:with { lines = { line "63685" } }:without "stimulator.phase", "undocumented")
  end)

  rows.of("one-generator", {
    { "does not apply to a lead",    {}, "not applicable" },
    { "is met by one",               {}, "met", of = exchange },
    { "is not met by two",           { line = { quantity = { value = 2 } } }, "not met", "refer to physician",
      of = exchange },
  })
  it("refers the line with two generators, and that line alone", function()
    local answer = judge(casefile "cases/stimulator-two-generators.json")
    assert.equal("approve", answer.lines[1].recommendation)
    assert.equal("refer", answer.lines[2].recommendation)
  end)

  -- The conditions of the national text -------------------------------------------------------------

  for id, fact in pairs {
    ["last-resort"] = "stimulator.last_resort", ["drugs-tried"] = "treatment.drug_tried",
    ["surgery-tried"] = "treatment.surgery_tried", ["physical-treatment-tried"] = "treatment.physical_tried",
    ["psychological-treatment-tried"] = "treatment.psychological_tried",
    ["screened-by-team"] = "stimulator.screened", ["facilities"] = "stimulator.facility_available",
  } do
    rows.yes_or_no(id, fact, "yes")
    rows.of(id, {
      { "is asked of an implant too", { [fact] = none }, "undocumented", "pend", of = permanent },
      { "is not asked of an exchange", {}, "not applicable", of = exchange },
    })
  end

  -- The trial before the implant ---------------------------------------------------------------------

  rows.of("trial-relief", {
    { "is met at half",              ended(50), "met", "approve", of = permanent },
    { "is not met just short of it", ended(49), "not met", "refer to physician", of = permanent },
    { "is undocumented without a result", ended(nil), "undocumented", "pend", of = permanent },
    { "is undocumented without a trial", { trials = none }, "undocumented", "pend", of = permanent },
    { "is met by half of the drugs", { trials = ended(20).trials, ["trial.analgesic_reduction"] = 50 }, "met",
      "approve", of = permanent },
    { "is not met by less of the drugs", { trials = ended(20).trials, ["trial.analgesic_reduction"] = 49 }, "not met",
      "refer to physician", of = permanent },
    { "does not take the trial of a pump", { trials = { { kind = "intrathecal-catheter",
      period = { start = "2026-03-09", ["end"] = "2026-03-16" }, outcome = { reliefPercent = 80 } } } },
      "undocumented", "pend", of = permanent },
  })
  rows.of("trial-first", {
    { "is met when it was over",      ended(60, "2026-04-14"), "met", "approve", of = permanent },
    { "is not met a day later",       ended(60, "2026-04-15"), "not met", "refer to physician", of = permanent },
    { "is undocumented without a date", { trials = { { kind = "spinal-cord-stimulator",
      outcome = { reliefPercent = 60 } } } }, "undocumented", "pend", of = permanent },
    { "does not apply to a trial",    {}, "not applicable" },
  })

  local function number(of) return function(document) document.request.preAuthRef = of end end
  it("asks for the number of the trial, where a hospital needs it", function()
    assert.criterion("tracking-number", permanent, "met", 1)
    assert.criterion("tracking-number", permanent, "not applicable", 2)
    local silent = permanent:edit(number(nil))
    assert.criterion("tracking-number", silent, "undocumented", 1)
    assert.recommends("pend", silent)
    for _, place in ipairs { "24", "11", "21" } do
      local elsewhere = permanent:edit(function(document)
        number(nil)(document)
        for _, one in ipairs(document.request.lines) do one.placeOfService = place end
      end)
      assert.criterion("tracking-number", elsewhere, "not applicable")
      assert.recommends("approve", elsewhere)
    end
    local function on(day)
      return permanent:with(ended(60, "2021-06-01")):edit(function(document)
        number(nil)(document)
        for _, one in ipairs(document.request.lines) do one.serviced = { start = day } end
      end)
    end
    assert.criterion("tracking-number", on "2021-07-01", "undocumented", 1)
    assert.criterion("tracking-number", on "2021-06-30", "not applicable", 1)
    assert.criterion("tracking-number", trial, "not applicable")
  end)

  -- An exchange or a revision -------------------------------------------------------------------------

  rows.yes_or_no("in-place", "stimulator.in_situ", "yes", exchange:without "devices")
  rows.of("in-place", {
    { "is met by the device on file", {}, "met", of = exchange },
    { "is not met by one taken out",  { devices = { { kind = "spinal-cord-stimulator", status = "removed" } } },
      "not met", "refer to physician", of = exchange },
    { "does not take a pump for it",  { devices = { { kind = "intrathecal-pump", status = "in-use" } } },
      "undocumented", of = exchange },
    { "does not apply to a trial",    {}, "not applicable" },
    { "is asked where a lead is revised", { line = { code = "63663" } }, "undocumented", of = trial },
  })
  rows.of("replacement-reason", {
    { "is met by an empty battery",   {}, "met", of = exchange },
    { "is met by a failure",          { ["stimulator.replacement_reason"] = "malfunction" }, "met", "approve",
      of = exchange },
    { "is met at the end of its life", { ["stimulator.replacement_reason"] = "end-of-life" }, "met", of = exchange },
    { "is not met by a newer feature", { ["stimulator.replacement_reason"] = "features-only" }, "not met",
      "refer to physician", of = exchange },
    { "is undocumented when nobody says", { ["stimulator.replacement_reason"] = none }, "undocumented", "pend",
      of = exchange },
    { "does not apply to a revised lead", { line = { code = "63663" }, ["stimulator.in_situ"] = true },
      "not applicable", of = exchange },
  })
  it("takes a generator with a lead for an implant, whatever it is called", function()
    local case = permanent:with { ["stimulator.generator_replacement"] = true }
    assert.criterion("last-resort", case, "met")
    assert.criterion("in-place", case, "not applicable")
  end)

  it("is not approved without any of its answers", function()
    for _, case in ipairs { trial, permanent, exchange } do
      for name in pairs(case.document.answers) do
        local without = case:without(name)
        local needed = name ~= "psych.untreated_habituation"
          and not (name == "stimulator.phase" and case ~= trial)
        if needed then assert.is_not.recommends("approve", without) else assert.recommends("approve", without) end
      end
    end
  end)
end)
