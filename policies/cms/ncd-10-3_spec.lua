-- ncd.10-3: each criterion met, not met and silent, each number at it, one over and silent.

describe("ncd.10-3", function()
  policy "ncd.10-3"

  local full = casefile "cases/inpatient-program-28-days.json"
  local rows = require "rubric.rows" { describe, it, full }
  local PARTS = { "diagnostic-testing", "skilled-nursing", "psychotherapy", "drug-withdrawal", "physical-therapy",
                  "occupational-therapy", "devices" }

  local function all_but(name)
    local list = {}
    for _, part in ipairs(PARTS) do
      if part ~= name then list[#list + 1] = part end
    end
    return list
  end

  it("approves a complete program of four weeks", function()
    assert.recommends("approve", full)
    assert.asks_for({}, full)
  end)

  rows.choice("several-disciplines", "program.kind", "multidisciplinary", "single-discipline")
  rows.yes_or_no("controlled-setting", "program.controlled_setting", "yes")
  rows.yes_or_no("no-frequent-passes", "program.frequent_passes", "no")

  for id, part in pairs {
    ["diagnostic-testing"] = "diagnostic-testing", ["skilled-nursing"] = "skilled-nursing",
    ["psychotherapy"] = "psychotherapy", ["drug-withdrawal"] = "drug-withdrawal",
    ["physical-therapy"] = "physical-therapy", ["occupational-therapy"] = "occupational-therapy",
    ["devices-and-activities"] = "devices",
  } do
    rows.of(id, {
      { "is met where the program has it",      {}, "met" },
      { "is not met where it has all the rest", { ["program.components"] = all_but(part) }, "not met",
        "refer to physician" },
      { "is undocumented when nobody says",     { ["program.components"] = none }, "undocumented", "pend" },
    })
  end
  it("withdraws no drugs where there are none", function()
    local case = full:with { ["program.components"] = all_but "drug-withdrawal", ["meds.opioids"] = false }
    assert.criterion("drug-withdrawal", case, "met")
    assert.recommends("approve", case)
    assert.criterion("drug-withdrawal", case:with { ["meds.opioids"] = true }, "not met")
  end)

  local function stay(planned, asked)
    return { ["program.inpatient_days"] = days(planned), line = { quantity = { value = asked or planned } } }
  end
  rows.of("length-of-stay", {
    { "is met at four weeks",           stay(28), "met", "approve" },
    { "is not met a day over",          stay(29), "not met", "refer to physician" },
    { "is met where the need is written down",
      { ["program.inpatient_days"] = days(29), ["program.longer_stay_documented"] = true }, "met", "approve" },
    { "is not met where it is not",
      { ["program.inpatient_days"] = days(29), ["program.longer_stay_documented"] = false }, "not met" },
    { "is undocumented when nobody says", { ["program.inpatient_days"] = none }, "undocumented", "pend" },
  })
  rows.of("days-requested", {
    { "is met by as many days as planned", stay(21, 21), "met", "approve" },
    { "is met by fewer",                stay(21, 20), "met" },
    { "is not met by one more",         stay(21, 22), "not met", "refer to physician" },
    { "is undocumented without a plan", { ["program.inpatient_days"] = none }, "undocumented" },
  })
  it("shows the arithmetic of the days, and names it", function()
    local case = full:with(stay(21, 22))
    assert.reason("units_over_limit", case)
    for _, one in ipairs(judge(case).criteria) do
      if one.id == "days-requested" then
        assert.is_truthy(one.because:find("is 22, not at most 21", 1, true), one.because)
      end
    end
  end)

  it("is not approved without any of its answers", function()
    for name in pairs(full.document.answers) do
      assert.is_not.recommends("approve", full:without(name))
    end
  end)

  rows.choice("inpatient", "program.setting", "inpatient", "outpatient")

  it("holds the codes of a program, and none beside them", function()
    for _, code in ipairs { "97799", "96130", "96165", "97150", "G0480" } do
      assert.is_not_nil(judge(full:with { line = { code = code } }).policy)
    end
    for _, code in ipairs { "97798", "97112", "99213", "G0479", "96150" } do -- G0479 ended in 2016, 96150 in 2019
      assert.reason("no_policy", full:with { line = { code = code } })
    end
    assert.criterion("days-requested", full:with { line = { code = "97150" } }, "not applicable")
  end)

  it("is chosen by the place of service", function()
    local function chosen(place)
      return judge(full:under(nil):with { line = { placeOfService = place } }).policy.id
    end
    for _, place in ipairs { "21", "51", "61" } do assert.equal("ncd.10-3", chosen(place)) end
    for _, place in ipairs { "19", "22", "62" } do assert.equal("ncd.10-4", chosen(place)) end
  end)
end)
