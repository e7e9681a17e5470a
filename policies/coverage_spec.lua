-- What coverage asks for beyond the specs beside the policies: findings at the rim, codes
-- next to those that a policy knows, and what no case can give, with the reason.

-- Epidural injections --------------------------------------------------------------------

describe("cms.epidural-injections, at the rim", function()
  policy "cms.epidural-injections"
  local failed = casefile "cms/cases/failed-first.json"
  local series = casefile "cms/cases/a05-004f-series-of-three.json"

  local EVERY = "every code that is covered has an approach, and a line that names no level is for one"
  unreachable("one-level-a-line", "undocumented", EVERY)
  unreachable("interlaminar-levels", "undocumented", EVERY)
  unreachable("diagnostic-modifier", "undocumented", EVERY)

  it("refers a session of a series after one that did not help", function()
    local later = series:with {
      complete = { procedures = "2020-01-01" },
      procedures = { { kind = "epidural-injection", performed = "2026-02-12", status = "completed",
        code = { system = "cpt", code = "64483" },
        bodySite = { region = "lumbar", level = { "L4-L5" }, laterality = "right" },
        outcome = { reliefPercent = 20, measuredOn = "2026-02-26", scale = "NRS" } } },
    }
    assert.criterion("first-of-a-series", later, "not met", 3)
  end)

  it("takes better function where treatment goes on beyond a year", function()
    local function injected(day, relief)
      return { kind = "epidural-injection", performed = day, status = "completed",
        code = { system = "cpt", code = "64483" },
        bodySite = { region = "lumbar", level = { "L4-L5" }, laterality = "right" },
        outcome = { reliefPercent = relief, measuredOn = day, scale = "NRS" } }
    end
    local long = failed:with {
      complete = { procedures = "2020-01-01" },
      procedures = { injected("2025-01-10", 60), injected("2025-11-10", 20) },
    }
    assert.criterion("long-relief", long, "not met")
    assert.criterion("long-relief", long:with { ["repeat.function_improved"] = true }, "met")
  end)

  it("lets a statement of agreement be", function()
    local agreed = failed:with { ["exam.concordant"] = true, ["imaging.concordant"] = true }
    assert.recommends("approve", agreed)
  end)

  it("takes better function where the gap or the relief is too small", function()
    local soon = failed:edit(function(document)
      document.procedures[1].performed = "2026-06-10"
    end)
    assert.criterion("failed-gap", soon, "not met")
    assert.criterion("failed-gap", soon:with { ["repeat.function_improved"] = true }, "met")
  end)
end)

describe("evicore.epidural-injections, at the rim", function()
  policy "evicore.epidural-injections"
  local failed = casefile "cms/cases/failed-first.json"

  it("lets a first failure be followed by another approach", function()
    local other = failed:with { ["repeat.changed"] = "approach", ["repeat.rationale"] = true }
    assert.criterion("relief-from-last", other, "met")
    assert.criterion("function-or-less-care", other, "met")
  end)
end)

-- Pumps ------------------------------------------------------------------------------------

for _, id in ipairs { "aetna.pump", "ncd.280-14" } do
  describe(id .. ", at the rim", function()
    policy(id)
    if id == "aetna.pump" then
      unreachable("bridge_cycle", "met", "it is a switch, and off; a registration may turn it on")
    end
    unreachable("pump-in-place", "not met", "where the pump is out, the pathway of refills does not apply")

    it("asks whether a pump is in place", function()
      assert.criterion("pump-in-place", casefile("aetna/cases/refill-complete.json"):without "pump.in_situ":without
        "devices", "undocumented")
    end)
  end)
end

describe("evicore.pump, at the rim", function()
  policy "evicore.pump"

  it("wants the trial to have been by a catheter", function()
    local implant = casefile "evicore/cases/pump-implant-complete.json"
    assert.criterion("trial-catheter", implant, "met")
    assert.criterion("trial-catheter", implant:without "trials":with { ["pump.trial_method"] = "single-injection" },
      "not met")
  end)
end)

-- Pain programs ------------------------------------------------------------------------------

describe("aetna.pain-program, the older edition, at the rim", function()
  policy "aetna.pain-program"
  local complete = casefile "aetna/cases/pain-program-2025-complete.json"

  it("asks for a suicide screen, and refers an imminent risk", function()
    local silent = complete:without { "safety.suicide_imminent", "safety.suicide_screen" }
    assert.criterion("not-suicidal", silent, "undocumented")
    assert.criterion("not-suicidal", silent:with { ["safety.suicide_imminent"] = true,
      ["safety.suicide_screen"] = "positive" }, "not met")
  end)
end)

-- Stimulators ----------------------------------------------------------------------------------

describe("cms.spinal-cord-stimulator, at the rim", function()
  policy "cms.spinal-cord-stimulator"
  unreachable("phase", "not met", "whatever is stated is one of the three")
end)

-- Facet joints ----------------------------------------------------------------------------------

describe("cms.facet-joint, at the rim", function()
  policy "cms.facet-joint"
  -- The procedures of a case, one more among them; none has a scale.
  local function unmeasured(case, more)
    return case:edit(function(document)
      document.procedures[#document.procedures + 1] = more
      for _, procedure in ipairs(document.procedures) do
        if procedure.outcome then procedure.outcome.scale = nil end
      end
    end):with { ["repeat.function_percent"] = 50 }
  end

  it("takes better function where the relief has no scale", function()
    local treated = unmeasured(casefile "cms/cases/facet-therapeutic.json", { id = "again", kind = "facet-injection",
      purpose = "therapeutic", status = "completed", performed = "2025-11-10", src = { "claim" },
      code = { system = "cpt", code = "64493" }, outcome = { reliefPercent = 60, measuredOn = "2026-03-01" },
      bodySite = { region = "lumbar", level = { "L4-L5" }, laterality = "right" } })
    assert.criterion("relief-measured", treated, "met")
    assert.criterion("ablation-measured", unmeasured(casefile "cms/cases/a24-facet-ablation-6-months.json"), "met")
  end)
end)

-- Codes next to those that a policy knows ---------------------------------------------------

describe("a code next to one that a policy knows", function()
  for _, row in ipairs {
    { "aetna.pump", "aetna/cases/refill-complete.json",
      { "62328", "S9329", "99600", "95992", "J7998", "J0470", "J0745" } },
    { "ncd.280-14", "aetna/cases/refill-complete.json",
      { "62328", "S9329", "95992", "J7998", "J0470", "J0745", "J2270" } },
    { "anthem.pump", "aetna/cases/implant-complete.json", { "S9329", "J2270" } },
    { "bcbs.pump", "aetna/cases/implant-complete.json", { "S9329", "J2270" } },
    { "evicore.pump", "evicore/cases/pump-implant-complete.json", { "S9329", "J2270" } },
    { "aetna.pain-program", "aetna/cases/pain-program-2025-complete.json", { "96160", "97760" } },
    { "aetna.pain-program", "aetna/cases/a06-packet-completed.json", { "96160", "97760" } },
    { "mtus.pain-program", "workers-comp-ca/cases/a08-record-completed.json", { "97760" } },
    { "cms.sacroiliac-joint", "cms/cases/a24-sacroiliac-relief-75.json", { "27097", "64450", "G0261" } },
    { "cms.epidural-injections", "cms/cases/a05-004b-first-injection.json", { "62328", "64490" } },
  } do
    local id, file, codes = row[1], row[2], row[3]
    it("is not taken for it: " .. id .. ", " .. table.concat(codes, ", "), function()
      policy(id)
      local case = casefile(file)
      local count = #case.document.request.lines
      local more = case:edit(function(document)
        for i, code in ipairs(codes) do
          document.request.lines[count + i] = { sequence = 90 + i, code = code,
            system = code:match "^%d" and "cpt" or "hcpcs", quantity = { value = 1 } }
        end
      end)
      local answer = judge(more)
      assert.equal(id, answer.policy and answer.policy.id)
      for _, line in ipairs(answer.lines) do
        if line.sequence > 90 then
          assert.equal("no_policy", line.reasons[1].code, line.code)
        end
      end
    end)
  end

  for _, id in ipairs { "anthem.pump", "evicore.pump" } do
    it("is not taken for a malignancy: " .. id, function()
      policy(id)
      local case = casefile("aetna/cases/a18-cancer-pain-without-psychology.json"):with { diagnoses = { "D36.9" } }
      assert.equal(id, judge(case).policy.id)
    end)
  end

  it("is not taken for one that contradicts: M96.0, B02.21", function()
    policy "cms.epidural-injections"
    local case = casefile("cms/cases/a05-004b-first-injection.json"):with { diagnoses = { "M96.0", "B02.21" } }
    assert.criterion("diagnosis", case, "undocumented")
  end)
end)

-- Codes that a policy knows, where no case of it has them -------------------------------------

describe("a code that a policy knows", function()
  local function with_lines(case, codes)
    return case:edit(function(document)
      local lines = document.request.lines
      for i, code in ipairs(codes) do
        lines[#lines + 1] = { sequence = 90 + i, code = code, system = code:match "^%d" and "cpt" or "hcpcs",
          quantity = { value = 1 } }
      end
    end)
  end

  for _, row in ipairs {
    { "anthem.pump", "anthem/cases/pump-implant-complete.json", "implant-for-pain", "J2274" },
    { "bcbs.pump", "bcbs/cases/pump-implant-complete.json", "implant-for-pain", "J2274" },
    { "evicore.pump", "evicore/cases/pump-implant-complete.json", "implant-for-pain", "J2274" },
    { "cms/a55239.lua", "cms/cases/a19-implant-without-psychology.json", "article-for-pain", "J2278", "J2270" },
  } do
    local id, file, pathway = row[1], row[2], row[3]
    it("says what a pump is for: " .. id .. ", " .. row[4], function()
      policy(id)
      local case = with_lines(casefile(file), { select(4, table.unpack(row)) }):without "pump.indication"
      local applies = false
      for _, criterion in ipairs(judge(case).criteria) do
        applies = applies or criterion.pathway == pathway and criterion.finding ~= "not_applicable"
      end
      assert.is_true(applies)
    end)
  end

  it("is no condition of the body beside its ranges, nor once it has ended", function()
    policy "aetna.pain-program"
    local group = with_lines(casefile "aetna/cases/a06-packet-completed.json", { "96164" })
    assert.criterion("group-diagnosis", group:with { diagnoses = { "M54.50" } }, "met", 91)
    for _, code in ipairs { "F00.0", "E90", "M54.5" } do
      assert.criterion("group-diagnosis", group:with { diagnoses = { code } }, "undocumented", 91)
    end
  end)

  it("lifts what is asked of a first injection: 78630", function()
    policy "cms.epidural-injections"
    local first = casefile "cms/cases/a05-004b-first-injection.json"
    local bare = first:without "diagnoses":without "pain.pattern"
    assert.criterion("indication", with_lines(bare, { "78635" }), "undocumented")
    assert.criterion("indication", with_lines(bare, { "78630" }), "met")
  end)
end)
