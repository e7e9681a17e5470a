-- aetna.pump: the type of the request first, then each criterion at its threshold, just short
-- of it and silent. All dates are around the date of service, 2026-06-15.

describe("aetna.pump", function()
  policy "pump.lua"

  local pump = { kind = "intrathecal-pump", status = "in-use", implanted = "2021-03-02", reservoirMl = 20,
                 drugs = { { name = "morphine", concentration = { value = 25, unit = "mg-per-ml" },
                             daily = { value = 5, unit = "mg-per-day" } } },
                 lastRefill = "2026-04-01", nextRefill = "2026-07-06" }

  local refill = casefile {
    lines = { "62369", { code = "J2274", quantity = { value = 50 } } },
    devices = { pump }, diagnoses = { "M96.1" },
    ["pump.fill_amount"] = mg(500), ["pump.order_current"] = true, ["pump.stop_ordered"] = false,
    ["pump.duplicate_refill"] = false, ["pump.benefit"] = true, ["pump.benefit_date"] = "2026-01-20",
  }

  local implant = casefile {
    lines = { "62350", "62362" }, diagnoses = { "M96.1", "G89.4" },
    ["pump.in_situ"] = false, ["pump.drug_needs_pump"] = true, ["pump.drug_necessary"] = true,
    ["pump.drug_approved_for_pump"] = true, ["pain.severe_intractable"] = true,
    ["treatment.systemic_opioids_failed"] = true, ["treatment.adjuvants_failed"] = true,
    trials = { { kind = "intrathecal-catheter", period = { start = "2026-05-04", ["end"] = "2026-05-06" },
                 outcome = { reliefPercent = 50 }, sideEffects = "acceptable" } },
    evaluations = { { kind = "psychological", performed = "2026-04-20", conclusion = "favorable" } },
    ["safety.infection"] = false, ["safety.body_size_adequate"] = true, ["safety.drug_allergy"] = false,
    ["safety.device_crosstalk"] = false,
  }

  local spastic = implant:without { "trials", "evaluations", "pain.severe_intractable",
      "treatment.systemic_opioids_failed", "treatment.adjuvants_failed" }:with {
    diagnoses = { "G82.20" }, ["spasticity.severe"] = true, ["spasticity.noninvasive_for"] = weeks(6),
    ["spasticity.noninvasive_outcome"] = "failed", ["spasticity.trial_favorable"] = true,
  }

  local replacement = implant:without { "pump.in_situ", "trials", "evaluations" }:with {
    lines = { "62362" }, devices = { pump }, ["pump.replacement_reason"] = "battery",
  }

  local trial = casefile {
    lines = { "62326" }, diagnoses = { "M96.1" }, ["plan.purpose"] = "pump-trial",
    ["pump.in_situ"] = false, ["treatment.less_invasive_failed"] = true, ["safety.infection"] = false,
    ["safety.drug_allergy"] = false,
  }

  -- Facts of the device, changed one at a time.
  local function device(changes)
    local changed = {}
    for key, value in pairs(pump) do changed[key] = value end
    for key, value in pairs(changes) do
      if value == none then changed[key] = nil else changed[key] = value end
    end
    return refill:with { devices = { changed } }
  end

  it("approves what is complete, of every type", function()
    assert.recommends("approve", refill)
    assert.recommends("approve", implant)
    assert.recommends("approve", spastic)
    assert.recommends("approve", replacement)
    assert.recommends("approve", trial)
  end)

  -- The type -------------------------------------------------------------------------------

  local function pathway(case) return judge(case).lines[1].pathway end

  describe("the type of the request", function()
    it("is read from the codes of all lines", function()
      assert.equal("refill", pathway(refill))
      assert.equal("implant", pathway(implant))
      assert.equal("replace", pathway(replacement))
      assert.equal("trial", pathway(trial))
      for _, code in ipairs { "62367", "62368", "62369", "62370", "95990", "95991", "A4220", "S9328", "J2274",
                              "J2278", "J0475", "J0735", "J7999" } do
        assert.equal("refill", pathway(refill:with { lines = { code } }), code)
      end
      for _, code in ipairs { "62350", "62351", "62360", "62361", "62362", "E0782", "E0783", "E0785", "E0786" } do
        assert.equal("implant", pathway(implant:with { lines = { "J2274", code } }), code)
      end
    end)

    it("is none of them for a removal alone, or an injection that is no trial", function()
      assert.criterion("request-type", implant:with { lines = { "62365" } }, "not met")
      assert.criterion("request-type", trial:with { ["plan.purpose"] = "therapeutic" }, "not met")
      assert.criterion("request-type", trial:without "plan.purpose", "undocumented")
      assert.criterion("request-type", trial, "met")
      assert.criterion("request-type", refill:with { lines = { "S9326" } }, "not met")
    end)

    it("is an implant where a refill code stands beside an implant code", function()
      local both = implant:with { lines = { "62362", "62369", { code = "J2274", quantity = { value = 50 } } },
                                  ["pump.fill_amount"] = mg(500) }
      assert.equal("implant", pathway(both))
      assert.criterion("pump-in-place", both, "not applicable")
      assert.recommends("approve", both)
    end)

    it("is an implant where the case says that there is no pump", function()
      local none_there = casefile { lines = { "S9328" }, ["pump.in_situ"] = false }
      assert.equal("implant", pathway(none_there))
      assert.recommends("pend", none_there)
      assert.criterion("trial-catheter", none_there, "undocumented")
      assert.criterion("home-days", none_there, "not applicable")
    end)

    it("is a trial where the drug stands beside the catheter", function()
      local drug = trial:with { lines = { "62326", "J2274" } }
      assert.equal("trial", pathway(drug))
      assert.criterion("pump-in-place", drug, "not applicable")
      assert.recommends("approve", drug)
    end)

    it("does not wait for a word on an earlier pump to see that a trial failed", function()
      local silent = implant:without "pump.in_situ":with { ["pump.trial_relief_percent"] = none }
      assert.criterion("trial-relief", silent, "met")
      assert.equal("implant", pathway(silent))
    end)

    it("does not cover other codes", function()
      assert.reason("no_policy", refill:with { lines = { "99213" } })
    end)
  end)

  -- The running pump ----------------------------------------------------------------------

  describe("a pump that may be running", function()
    local bare = casefile { lines = { "S9328" } }

    it("never waits for papers: a silent refill is referred, expedited, with a bridge", function()
      local answer = judge(bare)
      assert.equal("refer", answer.recommendation)
      assert.is_true(answer.expedite)
      assert.is_true(answer.bridge_suggested)
      assert.reason("safety_bridge", bare)
    end)

    it("asks only for papers of the refill, not of the implant", function()
      for _, set in ipairs(judge(bare).missing) do
        for _, paper in ipairs(set) do
          assert.is_nil(({ psychology = true, ["trial-catheter"] = true })[paper.criterion], paper.criterion)
        end
      end
    end)

    it("is bridged whatever holds the refill up", function()
      for name, case in pairs {
        ["a paper"] = refill:without "pump.benefit", ["units"] = refill:with { lines = { { code = "J2274",
          quantity = { value = 51 } } } }, ["a pair"] = refill:with { lines = { "62369", "95990" } },
      } do
        local answer = judge(case)
        assert.equal("refer", answer.recommendation, name)
        assert.is_true(answer.expedite, name)
        assert.is_true(answer.bridge_suggested, name)
      end
    end)

    it("is bridged where it is replaced and refilled at once", function()
      local both = replacement:with { lines = { "62362", "62369" } }:without "safety.infection"
      assert.equal("replace", pathway(both))
      assert.recommends("refer", both)
      assert.is_true(judge(both).bridge_suggested)
    end)

    it("is not bridged where there is none, or only a trial is asked for", function()
      assert.is_nil(judge(bare:with { ["pump.in_situ"] = false }).bridge_suggested)
      assert.is_nil(judge(trial:without "safety.infection").bridge_suggested)
      assert.recommends("pend", trial:without "safety.infection")
    end)

    it("is known from a device, an earlier refill, or an implant that was paid", function()
      local silent = refill:without { "devices" }
      assert.criterion("pump-in-place", silent, "undocumented")
      assert.criterion("pump-in-place", silent:with { ["pump.in_situ"] = true }, "met")
      for _, code in ipairs { "62362", "62370", "95991", "S9328", "E0783" } do
        assert.criterion("pump-in-place", silent:with {
          history = { { code = code, performed = "2026-02-02" } } }, "met")
      end
      assert.criterion("pump-in-place", silent:with { history = { { code = "62365", performed = "2026-02-02" } } },
        "not applicable")
      assert.criterion("pump-in-place", device { status = none, implanted = none }, "met")
      assert.criterion("pump-in-place", silent:with { procedures = { { code = "62362", status = "planned",
        performed = "2026-07-01" } } }, "undocumented")
    end)
  end)

  describe("safeguards", function()
    local function expedited(case) return judge(case).expedite end

    local waiting = replacement:without "safety.infection" -- pends for one paper

    for _, row in ipairs {
      { "in 14 days", "2026-06-29", "refer", true },
      { "in 15 days", "2026-06-30", "pend", false },
      { "on no known day", none, "pend", false },
    } do
      it("hurry for a pump that is empty " .. row[1], function()
        for _, fact in ipairs { "pump.empty_date", "pump.alarm_date" } do
          local case = waiting:with { [fact] = row[2], devices = { { kind = "intrathecal-pump", status = "in-use" } } }
          assert.recommends(row[3], case)
          assert.equal(row[4], expedited(case))
        end
      end)
    end

    it("refer a pump that ran empty, or signs of withdrawal, even where all is there", function()
      assert.recommends("refer", refill:with { ["safety.withdrawal"] = true })
      assert.recommends("refer", refill:with { ["pump.empty_date"] = "2026-06-14" })
      assert.recommends("approve", refill:with { ["pump.empty_date"] = "2026-06-15" })
      assert.recommends("approve", refill:with { ["safety.withdrawal"] = false })
    end)

    it("refer a possible granuloma at the catheter tip", function()
      assert.recommends("refer", refill:with { ["safety.new_neurologic_deficit"] = true })
      assert.is_true(judge(refill:with { ["safety.new_neurologic_deficit"] = true }).bridge_suggested)
      assert.recommends("approve", refill:with { ["safety.new_neurologic_deficit"] = false })
    end)

    it("refer a refill for a pump that was removed", function()
      assert.recommends("refer", device { status = "removed" })
      assert.recommends("refer", refill:with { ["pump.removed"] = true })
    end)

    it("reckon when the pump runs dry", function()
      local function usable(volume)
        return device { nextRefill = none, alarmDate = "2026-09-01" }:with { ["pump.usable_volume"] = ml(volume) }
      end
      -- 5 mg a day of 25 mg/ml from 2026-04-01 on: 15 ml last until the day of service
      assert.recommends("approve", usable(15))
      assert.recommends("refer", usable(14.8))
      local held = replacement:without "safety.infection"
      local function dry(volume)
        return held:with { devices = usable(volume).document.devices, ["pump.usable_volume"] = ml(volume) }
      end
      assert.is_true(expedited(dry(17.8)))
      assert.is_false(expedited(dry(18)))
    end)

    it("refer two refills in one request that are fewer than 14 days apart", function()
      local function again(day)
        return refill:with { lines = { { code = "62369", serviced = { start = "2026-06-15" } },
                                       { code = "62369", serviced = { start = day } } } }
      end
      assert.criterion("one-refill-in-fourteen-days", again "2026-06-29", "met", 2)
      assert.criterion("one-refill-in-fourteen-days", again "2026-06-28", "not met", 2)
      assert.criterion("one-refill-in-fourteen-days", again "2026-06-28":with { ["pump.dose_changed"] = true },
        "met", 2)
      assert.criterion("one-refill-in-fourteen-days", implant, "not applicable")
    end)

    it("refer a second refill in 14 days, unless the dose changed", function()
      local function after(day) return refill:with { history = { { code = "62370", performed = day } } } end
      assert.recommends("refer", after "2026-06-02")
      assert.recommends("approve", after "2026-06-01")
      assert.recommends("approve", after "2026-06-02":with { ["pump.dose_changed"] = true })
    end)
  end)

  -- Each criterion: as it stands, contrary, silent -----------------------------------------------

  local rows = require "rubric.rows" { describe, it, implant }

  rows.answers("a refill", refill, {
    { "current-order", "pump.order_current", false },
    { "no-stop-order", "pump.stop_ordered", true },
    { "no-duplicate", "pump.duplicate_refill", true },
    { "benefit", "pump.benefit", false },
  })

  rows.answers("an implant", implant, {
    { "drug-needs-pump", "pump.drug_needs_pump", false },
    { "drug-necessary", "pump.drug_necessary", false },
    { "pump-approved-for-drug", "pump.drug_approved_for_pump", false },
    { "intractable-pain", "pain.severe_intractable", false },
    { "systemic-opioids-failed", "treatment.systemic_opioids_failed", false },
    { "adjuvants-failed", "treatment.adjuvants_failed", false },
    { "no-infection", "safety.infection", true },
    { "body-size", "safety.body_size_adequate", false },
    { "no-drug-allergy", "safety.drug_allergy", true },
    { "no-crosstalk", "safety.device_crosstalk", true },
  })

  rows.answers("an implant for spasticity", spastic, {
    { "severe-spasticity", "spasticity.severe", false },
    { "spasticity-noninvasive", "spasticity.noninvasive_outcome", "helped" },
    { "spasticity-noninvasive", "spasticity.noninvasive_for", weeks(5) },
    { "spasticity-trial", "spasticity.trial_favorable", false },
  })

  rows.answers("a replacement", replacement, {
    { "replacement-reason", "pump.replacement_reason", "features-only" },
    { "not-for-features", "pump.replacement_reason", "features-only" },
  })

  rows.answers("a trial", trial, {
    { "trial-less-invasive-failed", "treatment.less_invasive_failed", false },
    { "trial-no-infection", "safety.infection", true },
    { "trial-no-allergy", "safety.drug_allergy", true },
  })

  -- Thresholds ---------------------------------------------------------------------------------

  describe("the trial before the implant", function()
    local function reached(outcome, more)
      local record = { kind = "intrathecal-catheter", period = { start = "2026-05-04", ["end"] = "2026-05-06" },
                       outcome = outcome, sideEffects = "acceptable" }
      for key, value in pairs(more or {}) do
        if value == none then record[key] = nil else record[key] = value end
      end
      return implant:with { trials = { record } }
    end

    it("must reduce the pain by half", function()
      assert.criterion("trial-relief", reached { reliefPercent = 50 }, "met")
      assert.criterion("trial-relief", reached { reliefPercent = 49 }, "not met")
      assert.criterion("trial-relief", reached { scale = "pain-nrs" }, "undocumented")
    end)

    it("was one for a pump, not for a stimulator", function()
      local stimulator = { kind = "spinal-cord-stimulator", period = { start = "2026-05-20", ["end"] = "2026-05-26" },
                           outcome = { reliefPercent = 80 }, sideEffects = "none" }
      local alone = implant:with { trials = { stimulator } }
      for _, id in ipairs { "trial-catheter", "trial-relief", "trial-side-effects", "trial-before-implant" } do
        assert.criterion(id, alone, "undocumented")
      end
      local beside = implant:with { trials = { stimulator, { kind = "intrathecal-catheter",
        period = { start = "2026-05-04", ["end"] = "2026-05-06" } } } }
      assert.criterion("trial-catheter", beside, "met")
      assert.criterion("trial-relief", beside, "undocumented")
    end)

    it("ended before the implant", function()
      local function ended(day)
        return reached({ reliefPercent = 50 }, { period = { start = "2026-05-04", ["end"] = day } })
      end
      assert.criterion("trial-before-implant", ended "2026-06-14", "met")
      assert.criterion("trial-before-implant", ended "2026-06-15", "not met")
      assert.criterion("trial-before-implant", reached({ reliefPercent = 50 }, { period = none }), "undocumented")
    end)

    it("uses a catheter, intrathecal or epidural", function()
      assert.criterion("trial-catheter", reached({ scale = "pain-nrs" }, { kind = "epidural-catheter" }), "met")
      assert.criterion("trial-catheter", implant:without "trials":with { ["pump.trial_method"] = "single-injection" },
        "not met")
      assert.criterion("trial-catheter", implant:without "trials", "undocumented")
    end)

    it("must be borne", function()
      assert.criterion("trial-side-effects", reached({ scale = "pain-nrs" }, { sideEffects = "none" }), "met")
      assert.criterion("trial-side-effects", reached({ scale = "pain-nrs" }, { sideEffects = "unacceptable" }),
        "not met")
      assert.criterion("trial-side-effects", reached({ scale = "pain-nrs" }, { sideEffects = none }), "undocumented")
    end)

    it("is asked for by the code of a catheter, unless it is for spasticity", function()
      assert.criterion("trial-by-catheter", trial, "met")
      assert.criterion("trial-by-catheter", trial:with { lines = { "62323" } }, "not met")
      assert.criterion("trial-by-catheter", trial:with { lines = { "62323", "J0476" } }, "met")
      assert.criterion("trial-by-catheter", trial:with { lines = { "62323" }, diagnoses = { "G82.20" } }, "met")
    end)
  end)

  describe("the psychological evaluation", function()
    local function concluded(word)
      return implant:with { evaluations = { { kind = "psychological", performed = "2026-04-20", conclusion = word } } }
    end

    it("finds a favourable candidate", function()
      assert.criterion("psychology", concluded "favorable", "met")
      assert.criterion("psychology", concluded "unfavorable", "not met")
      assert.criterion("psychology", implant:without "evaluations", "undocumented")
    end)

    it("has a date that is not after the implant", function()
      local function on(day)
        return implant:with { evaluations = { { kind = "psychological", performed = day, conclusion = "favorable" } } }
      end
      assert.criterion("psychology", on "2026-06-15", "met")
      assert.criterion("psychology", on "2026-06-16", "not met")
      assert.criterion("psychology", on(nil), "undocumented")
      assert.recommends("pend", on(nil))
    end)

    it("is not needed for cancer pain, of which code and cause must speak", function()
      local silent = implant:without "evaluations"
      assert.criterion("psychology", silent:with { diagnoses = { "C25.9", "G89.3" } }, "met")
      assert.criterion("psychology", silent:with { diagnoses = { "G89.3" } }, "undocumented")
      assert.criterion("psychology", silent:with { diagnoses = { "C25.9", "G89.4" } }, "undocumented")
      assert.criterion("psychology", silent:with { diagnoses = { "G89.3" }, ["pain.origin"] = "malignant" }, "met")
      assert.recommends("approve", silent:with { diagnoses = { "C25.9", "G89.3" } })
      -- one of uncertain behavior counts, a benign one and one of long ago do not
      assert.criterion("psychology", silent:with { diagnoses = { "D37.8", "G89.3" } }, "met")
      assert.criterion("psychology", silent:with { diagnoses = { "D36.9", "G89.3" } }, "undocumented")
      assert.criterion("psychology", silent:with { diagnoses = { "Z85.07", "G89.3" } }, "undocumented")
      assert.criterion("psychology", silent:with { diagnoses = { { code = "C25.9", clinicalStatus = "remission" },
        "G89.3" } }, "undocumented")
      assert.criterion("psychology", silent:with { diagnoses = { { code = "C25.9", verificationStatus = "provisional" },
        "G89.3" } }, "undocumented")
    end)
  end)

  describe("what the pump is for", function()
    it("chooses the branch", function()
      assert.criterion("spasticity-trial", implant, "not applicable")
      assert.criterion("trial-relief", spastic, "not applicable")
      assert.criterion("severe-spasticity", spastic, "met")
      assert.criterion("severe-spasticity", spastic:with { ["spasticity.severe"] = none, diagnoses = { "S14.109S" } },
        "undocumented")
      assert.criterion("severe-spasticity", spastic:with { diagnoses = { "S14.109S" }, ["spasticity.severe"] = false },
        "not met")
    end)

    it("is asked where nobody says it", function()
      local silent = implant:without "diagnoses"
      assert.recommends("pend", silent)
      assert.criterion("spasticity-trial", silent, "undocumented")
    end)

    it("is told by the drug", function()
      assert.criterion("spasticity-trial", implant:with { lines = { "62362", "J0475" } }, "undocumented")
      assert.criterion("spasticity-trial", implant:with { lines = { "62362", "J2274" }, diagnoses = { "G82.20" } },
        "not applicable")
    end)
  end)

  describe("a replacement", function()
    for _, reason in ipairs { "battery", "end-of-life", "malfunction", "infection" } do
      it("may be for " .. reason, function()
        assert.criterion("replacement-reason", replacement:with { ["pump.replacement_reason"] = reason }, "met")
      end)
    end

    it("asks for no trial and no psychology again", function()
      assert.criterion("trial-catheter", replacement, "not applicable")
      assert.criterion("psychology", replacement, "not applicable")
    end)
  end)

  describe("the refill", function()
    it("names the last and the next date", function()
      assert.criterion("last-refill", refill, "met")
      assert.criterion("last-refill", device { lastRefill = none }, "undocumented")
      assert.criterion("next-refill", refill, "met")
      assert.criterion("next-refill", device { nextRefill = none }, "undocumented")
      assert.criterion("next-refill", device { nextRefill = none, alarmDate = "2026-07-04" }, "met")
      assert.criterion("next-refill", device { nextRefill = none }:with { ["pump.empty_date"] = "2026-07-08" }, "met")
    end)

    it("has a note on benefit of the last twelve months", function()
      assert.criterion("benefit", refill:with { ["pump.benefit_date"] = "2025-06-16" }, "met")
      assert.criterion("benefit", refill:with { ["pump.benefit_date"] = "2025-06-15" }, "not met")
      assert.criterion("benefit", refill:without "pump.benefit_date", "undocumented")
      assert.criterion("benefit", refill:without "pump.benefit":with { ["pump.alternatives_not_tolerated"] = true },
        "met")
    end)

    it("may be approved for one cycle without that note, where a payer chooses so", function()
      local path = os.tmpname() .. ".lua"
      local file = assert(io.open(path, "w"))
      file:write('policy "aetna.pump-bridging" { extends = "aetna.pump", in_force = { from = "2016-01-01" }, '
                 .. 'parameters = { bridge_cycle = "yes" } }\n')
      file:close()
      local silent = refill:without "pump.benefit"
      assert.criterion("benefit", silent:under(path), "met")
      assert.recommends("approve", silent:under(path))
      assert.criterion("benefit", silent:under(path):without "pump.order_current", "undocumented")
      assert.criterion("benefit", silent:under(path):without "devices", "undocumented")
      os.remove(path)
    end)

    it("is of a pump that is still there", function()
      assert.criterion("pump-not-removed", refill, "met")
      assert.criterion("pump-not-removed", refill:without "devices":with { ["pump.removed"] = true }, "not met")
      assert.criterion("pump-not-removed", refill:without "devices", "undocumented")
    end)

    it("fits the reservoir", function()
      assert.criterion("fill-fits-reservoir", refill, "met")
      assert.criterion("fill-fits-reservoir", refill:with { ["pump.fill_amount"] = mg(501) }, "not met")
      assert.criterion("fill-fits-reservoir", refill:without "pump.fill_amount", "undocumented")
      assert.criterion("fill-fits-reservoir", device { reservoirMl = none }, "undocumented")
      assert.criterion("fill-fits-reservoir", refill:with { lines = { "62367" } }, "not applicable")
      assert.criterion("fill-lasts", refill:with { lines = { "62368" } }, "not applicable")
    end)

    it("of a mixture fits for sure only by its weaker drug", function()
      local mixture = device { drugs = {
        { name = "morphine", concentration = { value = 25, unit = "mg-per-ml" },
          daily = { value = 5, unit = "mg-per-day" } },
        { name = "bupivacaine", concentration = { value = 10, unit = "mg-per-ml" } } } }
      assert.criterion("fill-fits-reservoir", mixture:with { ["pump.fill_amount"] = mg(200) }, "met")
      assert.criterion("fill-fits-reservoir", mixture:with { ["pump.fill_amount"] = mg(300) }, "undocumented")
      assert.criterion("fill-fits-reservoir", mixture:with { ["pump.fill_amount"] = mg(501) }, "not met")
    end)

    it("is used up while the drug is stable", function()
      local function daily(dose)
        return device { drugs = { { name = "morphine", concentration = { value = 25, unit = "mg-per-ml" },
          daily = dose and { value = dose, unit = "mg-per-day" } } } }:with { ["pump.fill_amount"] = mg(450) }
      end
      assert.criterion("fill-lasts", daily(2.5), "met") -- 180 days
      assert.criterion("fill-lasts", daily(2.4), "not met")
      assert.criterion("fill-lasts", daily(nil), "undocumented")
    end)

    local function units(code, count, fill)
      return refill:with { lines = { "62369", { code = code, quantity = { value = count } } },
                           ["pump.fill_amount"] = fill }
    end
    for _, row in ipairs {
      { "morphine-units", "J2274", 50, 500 }, { "morphine-units", "J2274", 41, 401 },
      { "baclofen-units", "J0475", 4, 40 },   { "baclofen-units", "J0475", 5, 41 },
      { "clonidine-units", "J0735", 40, 40 }, { "clonidine-units", "J0735", 41, 40.5 },
      { "ziconotide-units", "J2278", 500, 0.5 },
    } do
      local id, code, most, fill = row[1], row[2], row[3], row[4]
      it(("%s of %s mg are %d, not one more"):format(code, fill, most), function()
        assert.criterion(id, units(code, most, mg(fill)), "met", 2)
        assert.criterion(id, units(code, most - 1, mg(fill)), "met", 2)
        assert.criterion(id, units(code, most + 1, mg(fill)), "not met", 2)
        assert.criterion(id, units(code, most, none), "undocumented", 2)
        assert.criterion(id, units(code, most, mg(fill)), "not applicable", 1)
      end)
    end

    it("counts the units of all lines with the code", function()
      assert.criterion("morphine-units", refill:with { lines = { { code = "J2274", quantity = { value = 30 } },
        { code = "J2274", quantity = { value = 21 } } } }, "not met")
    end)

    it("has no more days at home than one fill lasts", function()
      local function home(count) return refill:with { lines = { { code = "S9328", quantity = { value = count } } } } end
      assert.criterion("home-days", home(100), "met")
      assert.criterion("home-days", home(101), "not met")
      assert.criterion("home-days", home(30):without "pump.fill_amount", "undocumented")
    end)
  end)

  describe("codes", function()
    it("for home infusion exclude each other", function()
      for _, pair in ipairs { { "S9325", "S9328" }, { "S9325", "S9326" }, { "S9325", "S9327" }, { "S9326", "S9327" },
                              { "S9326", "S9328" }, { "S9327", "S9328" } } do
        assert.criterion("one-per-diem", refill:with { lines = pair }, "not met")
      end
      assert.criterion("one-per-diem", refill:with { lines = { "S9328", "99601" } }, "met")
      assert.criterion("one-per-diem", refill, "not applicable")
    end)

    it("for other infusions at home are not those of a pump", function()
      local home = refill:with { lines = { "S9328", "99601", "99602" } }
      assert.criterion("pump-per-diem", home, "met", 1)
      assert.criterion("pump-per-diem", refill:with { lines = { "S9326", "J2274" } }, "not met", 1)
      assert.criterion("nursing-with-infusion", home, "met", 3)
      assert.criterion("nursing-with-infusion", refill:with { lines = { "S9328", "99602" } }, "not met", 2)
      assert.criterion("nursing-with-infusion", refill:with { lines = { "62369", "99601" } }, "not met", 2)
      assert.criterion("nursing-with-infusion", home, "not applicable", 1)
    end)

    it("of a trial or a removal are not carried along by a refill", function()
      local along = refill:with { lines = { "62369", "62323" } }
      assert.criterion("trial-code-for-a-trial", along, "undocumented", 2)
      assert.criterion("trial-code-for-a-trial", along:with { ["plan.purpose"] = "therapeutic" }, "not met", 2)
      assert.criterion("trial-code-for-a-trial", along, "not applicable", 1)
      assert.criterion("trial-code-for-a-trial", trial, "met")
      assert.criterion("removal-with-replacement", refill:with { lines = { "62369", "62365" } }, "not met", 2)
      assert.criterion("removal-with-replacement", replacement:with { lines = { "62362", "62365" } }, "met", 2)
      assert.criterion("removal-with-replacement", refill, "not applicable")
    end)

    it("of a drug have their units in an implant too, and none in a trial", function()
      local first = implant:with { lines = { "62362", { code = "J2274", quantity = { value = 51 } } },
                                   ["pump.fill_amount"] = mg(500) }
      assert.criterion("morphine-units", first, "not met", 2)
      assert.criterion("morphine-units", trial:with { lines = { "62326", "J2274" } }, "not applicable")
    end)

    it("for a refill with and without a programmer exclude each other", function()
      assert.criterion("one-refill-code", refill, "met")
      assert.criterion("one-refill-code", refill:with { lines = { "62370", "95991" } }, "not met")
      assert.criterion("one-refill-code", refill:with { lines = { "A4220" } }, "not applicable")
    end)

    it("for a physician's refill need a reason", function()
      local physician = refill:with { lines = { "62370" } }
      assert.criterion("physician-skill", physician, "undocumented")
      assert.criterion("physician-skill", physician:with { ["pump.physician_skill_needed"] = true }, "met")
      assert.criterion("physician-skill", physician:with { ["pump.physician_skill_needed"] = false }, "not met")
      assert.criterion("physician-skill", refill, "not applicable")
    end)

    it("for a compounded drug need a reason", function()
      local mixture = refill:with { lines = { "62369", "J7999" } }
      assert.criterion("compound-rationale", mixture, "undocumented")
      assert.criterion("compound-rationale", mixture:with { ["pump.compound_rationale"] = true }, "met")
      assert.criterion("compound-rationale", mixture:with { ["pump.compound_rationale"] = false }, "not met")
      assert.criterion("compound-rationale", refill, "not applicable")
    end)
  end)

  it("is never held up by what a patient can pay", function()
    for _, criterion in ipairs(judge(refill).criteria) do
      assert.is_nil(criterion.says:lower():find("afford", 1, true))
    end
  end)
end)
