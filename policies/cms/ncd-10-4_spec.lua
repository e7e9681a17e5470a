-- ncd.10-4: each criterion met, not met and silent, each number at it, one over and silent. The units
-- and hours that all pain programs share are tried in aetna/pain-program_spec.lua too.

describe("ncd.10-4", function()
  policy "ncd.10-4"

  local full = casefile "cases/outpatient-program.json"
  local rows = require "rubric.rows" { describe, it, full }
  local WHEN = { start = "2026-05-11", ["end"] = "2026-05-29" }

  local function line(code, units)
    return { code = code, quantity = { value = units or 1 }, serviced = WHEN }
  end

  it("approves a complete program of fifteen days", function()
    assert.recommends("approve", full)
    assert.asks_for({}, full)
  end)

  rows.choice("physical-cause", "pain.cause", "physical", "psychogenic")
  rows.of("physical-cause", {
    { "is met by a mixed cause",          { ["pain.cause"] = "mixed" }, "met", "approve" },
    { "is not met by an unknown cause",   { ["pain.cause"] = "unknown" }, "not met", "refer to physician" },
  })
  rows.yes_or_no("usual-treatment-failed", "treatment.conventional_failed", "yes")
  rows.of("usual-treatment-failed", {
    { "needs a treatment on file",        { treatments = none }, "undocumented", "pend" },
    { "needs its date", { treatments = { { kind = "physical-therapy", outcome = { result = "failed" } } } },
      "undocumented", "pend" },
  })
  rows.yes_or_no("loss-of-function", "function.loss", "yes")
  rows.of("outpatient", {
    { "is met by a program for outpatients", {}, "met" },
    { "is not met by a stay",             { ["program.setting"] = "inpatient" }, "not met", "refer to physician" },
    { "is not met by a residence",        { ["program.setting"] = "residential" }, "not met" },
    { "is undocumented when nobody says", { ["program.setting"] = none }, "undocumented", "pend" },
  })
  it("wants group services under an individual plan", function()
    local groups = full:with { lines = { line "96164", line "97150" } }
    assert.criterion("group-under-plan", groups, "met")
    local without = groups:with { ["program.group_under_plan"] = false }
    assert.criterion("group-under-plan", without, "not met")
    assert.recommends("refer to physician", without)
    assert.criterion("group-under-plan", groups:without "program.group_under_plan", "undocumented")
    assert.criterion("group-under-plan", full:with { lines = { line "97110" } }, "not applicable")
  end)

  for id, fact in pairs { ["no-vocational-counseling"] = "program.vocational_counseling",
                          ["no-meals"] = "program.meals", ["no-acupuncture"] = "program.acupuncture" } do
    rows.of(id, {
      { "takes silence for its absence", {}, "met" },
      { "is met when somebody says so",  { [fact] = false }, "met", "approve" },
      { "is not met where it is asked for", { [fact] = true }, "not met", "refer to physician" },
    })
  end
  it("sees acupuncture by its code, of which it has none itself", function()
    for _, code in ipairs { "97810", "97814" } do
      assert.criterion("no-acupuncture", full:with { lines = { line "97110", line(code) } }, "not met")
    end
    assert.criterion("no-acupuncture", full:with { lines = { line "97110", line "97812" } }, "met") -- ended in 2004
  end)

  it("refers the codes that Medicare does not pay, each line by itself", function()
    for _, code in ipairs { "99243", "80364" } do
      local answer = judge(full:with { lines = { line "97110", line(code) } })
      assert.equal("approve", answer.lines[1].recommendation)
      assert.equal("refer", answer.lines[2].recommendation)
      assert.equal("wrong_code", answer.lines[2].reasons[1].code)
    end
    for _, code in ipairs { "97799", "99213", "G0480", "G0483" } do
      assert.criterion("payable-code", full:with { lines = { line(code) } }, "met")
    end
  end)
  it("holds no code beside its own", function()
    for _, code in ipairs { "97112", "97161", "G0479", "96150" } do -- G0479 ended in 2016, 96150 in 2019
      assert.reason("no_policy", full:with { lines = { line(code) } })
    end
  end)

  describe("the units of a line", function()
    for _, row in ipairs {
      { "assay-units", "G0480", 15 }, { "group-first-units", "96164", 15 }, { "group-therapy-units", "97150", 30 },
      { "exercise-units", "97110", 90 }, { "drug-screen-units", "80307", 15 }, { "visit-units", "99213", 15 },
      { "evaluation-once", "97162", 1 },
    } do
      local id, code, most = row[1], row[2], row[3]
      it(("of %s are %d in fifteen days, and one more is referred"):format(code, most), function()
        assert.criterion(id, full:with { lines = { line(code, most) } }, "met")
        local over = full:with { lines = { line(code, most + 1) } }
        assert.criterion(id, over, "not met")
        assert.reason("units_over_limit", over)
        assert.recommends("refer to physician", over)
      end)
    end

    it("are asked for where nobody said how many days", function()
      assert.criterion("assay-units", full:with { lines = { line "G0480" } }:without "program.days_requested",
        "undocumented")
    end)

    it("fit into the hours of the schedule", function()
      -- 15 days of 7 hours are 420 quarters of an hour; 97535 has no daily limit of its own here
      assert.criterion("hours-a-day", full:with { lines = { line("97535", 420) } }, "met")
      assert.criterion("hours-a-day", full:with { lines = { line("97535", 421) } }, "not met")
      assert.criterion("hours-a-day", full:without "program.hours_per_day", "undocumented", 1)
    end)

    it("of 96165 need the first half hour", function()
      assert.criterion("group-with-base", full:with { lines = { line("96165", 4) } }, "not met")
      assert.criterion("group-with-base", full:with { lines = { line("96164", 1), line("96165", 4) } }, "met", 2)
    end)
  end)

  it("refers severe depression without a suicide screen", function()
    local severe = full:with { observations = none, ["function.phq9"] = 20 }
    assert.recommends("approve", severe)
    assert.recommends("refer to physician", severe:without "safety.suicide_screen")
    assert.recommends("approve", full:without "safety.suicide_screen")
  end)

  it("is not approved without any of its answers but the screen", function()
    for name in pairs(full.document.answers) do
      if name ~= "safety.suicide_screen" then assert.is_not.recommends("approve", full:without(name)) end
    end
  end)
end)
