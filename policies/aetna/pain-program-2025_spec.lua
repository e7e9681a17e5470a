-- aetna.pain-program, the edition before 2026: where it differs, and which edition judges which
-- day. What both editions ask is tried in pain-program_spec.lua.

describe("aetna.pain-program before 2026", function()
  policy "pain-program-2025.lua"
  local full = casefile "cases/pain-program-2025-complete.json"

  local function since(day)
    return full:edit(function(document) document.diagnoses[1].onset = day end)
  end

  it("approves the whole program when the packet is complete", function()
    assert.recommends("approve", full)
  end)

  for _, row in ipairs {
    { "is met at six months", "2025-05-03", "met" },
    { "is not met a day short of six months", "2025-05-04", "not met" },
    { "is not met at four months", "2025-07-03", "not met" },
    { "is asked for when nobody said", nil, "undocumented" },
  } do
    it("the duration of pain " .. row[1], function()
      assert.criterion("chronic-pain", since(row[2]), row[3])
    end)
  end

  it("is for outpatients only: what it says of others was not read", function()
    assert.criterion("outpatient", full, "met")
    assert.criterion("outpatient", full:with { ["program.setting"] = "inpatient" }, "not met")
    assert.criterion("outpatient", full:without "program.setting", "undocumented")
  end)

  it("asks for the criteria of its own edition, and for none of the next", function()
    local asked = {}
    for _, criterion in ipairs(judge(full).criteria) do asked[criterion.id] = true end
    for _, id in ipairs { "single-treatments-failed", "evaluation-before-program", "psychologically-stable",
                          "several-disciplines", "inpatient-days", "no-named-urine-panel", "no-named-monitoring" } do
      assert.is_nil(asked[id], id)
    end
    assert.is_true(asked["outpatient"])
  end)

  -- The criteria that both editions have, tried on this one.
  for _, row in ipairs {
    { "surgery", "program.surgery", "done-first", "indicated" },
    { "conventional-treatment", "treatment.conventional_failed", true, false },
    { "mental-health", "psych.conditions", "none", "untreated" },
    { "impairment", "function.impact", true, false },
    { "referral", "referral.by", "attending", "self" },
    { "cause", "pain.cause", "unknown", "psychogenic" },
    { "not-aggressive", "program.aggressive", false, true },
    { "no-failed-program", "program.adequate_one_failed", false, true },
    { "realistic-expectations", "program.unrealistic_expectations", false, true },
    { "medically-stable", "program.medically_stable", true, false },
    { "understands", "program.understands_instructions", true, false },
    { "baseline-tests", "function.baseline_tests", true, false },
    { "schedule", "program.schedule", true, false },
    { "exercise-apart", "program.exercise_apart", true, false },
    { "group-leader", "program.group_led_by", "psychologist", "physician" },
    { "neuropsychology-reason", "psych.cognitive_complaint", true, false },
  } do
    local id, path = row[1], row[2]
    it(id .. " is met, not met, and asked for where nobody said", function()
      local function found(case, finding)
        local seen = false
        for _, criterion in ipairs(judge(case).criteria) do
          if criterion.id == id and criterion.finding ~= "not_applicable" then
            seen = true
            assert.equal(finding, criterion.finding)
          end
        end
        assert.is_true(seen)
      end
      found(full:with { [path] = row[3] }, "met")
      found(full:with { [path] = row[4] }, "not_met")
      found(full:without(path), "undocumented")
    end)
  end

  it("asks for an evaluation that has a date", function()
    local undated = full:edit(function(document)
      for _, one in ipairs(document.evaluations) do one.performed = nil end
    end)
    assert.criterion("mental-health", undated, "undocumented")
    assert.recommends("pend", undated)
  end)

  it("refers severe depression without a suicide screen", function()
    local severe = full:with { ["function.phq9"] = 20 }:edit(function(document) document.observations = nil end)
      :without "psych.phq9_called"
    assert.recommends("approve", severe)
    assert.recommends("refer to physician", severe:without "safety.suicide_screen")
  end)
end)

describe("the edition that judges", function()
  policy(nil)
  local full = casefile "cases/pain-program-2025-complete.json"

  local function on(day)
    return full:edit(function(document)
      document.asOf = day
      for _, line in ipairs(document.request.lines) do line.serviced = { start = day } end
    end)
  end

  it("is the older one on the last day of 2025, and the newer one on the next", function()
    assert.equal("2025-12-31", judge(on "2025-12-31").policy.version)
    assert.equal("2026-04-24", judge(on "2026-01-01").policy.version)
  end)

  it("is none before the older one began", function()
    assert.reason("policy_version_unknown", on "2015-12-31")
  end)
end)
