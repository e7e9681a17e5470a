-- Every criterion of the Medicare policy seen met, not met and undocumented, and every
-- threshold at, just short of it, and silent. Each test changes one thing of a complete case.

describe("cms.epidural-injections", function()
  policy "cms.epidural-injections"

  local first  = casefile "cases/a05-004b-first-injection.json"
  local second = casefile "cases/a05-004c-second-session.json"
  local caudal = first:with {
    line = { code = "62323", modifier = none, bodySite = { region = "lumbar", level = { "L4-L5" } } },
    ["exam.concordant"] = true,
  }

  -- One row: what it says, the changes, the finding, and the recommendation where it matters.
  local function rows(criterion, list)
    describe(criterion, function()
      for _, row in ipairs(list) do
        local case, words, changes, finding, recommendation = row.of or first, row[1], row[2], row[3], row[4]
        it(words, function()
          local changed = case:with(changes)
          assert.criterion(criterion, changed, finding)
          if recommendation then assert.recommends(recommendation, changed) end
        end)
      end
    end)
  end

  -- A criterion of one yes-or-no answer.
  local function yes_or_no(criterion, fact, good)
    rows(criterion, {
      { "is met when the record says so",           { [fact] = good == "yes" }, "met", "approve" },
      { "is not met when the record says otherwise", { [fact] = good ~= "yes" }, "not met", "refer to physician" },
      { "is undocumented when nobody says",         { [fact] = none }, "undocumented", "pend" },
    })
  end

  local function last_session(outcome, performed)
    return { { kind = "epidural-injection", code = { system = "cpt", code = "64483" }, status = "completed",
               performed = performed or "2026-02-10", outcome = outcome,
               bodySite = { region = "lumbar", level = { "L4-L5" }, laterality = "right" } } }
  end
  local function relief(percent_of, weeks_of, more)
    local outcome = { reliefPercent = percent_of, reliefWeeks = weeks_of, measuredOn = "2026-05-20", scale = "NRS" }
    for key, value in pairs(more or {}) do outcome[key] = value ~= none and value or nil end
    return last_session(outcome)
  end
  local function sessions(...)
    local list = {}
    for i, day in ipairs { ... } do
      list[i] = { kind = "epidural-injection", status = "completed", performed = day,
                  bodySite = { region = "lumbar" },
                  outcome = { reliefPercent = 60, reliefWeeks = 14, measuredOn = "2026-05-20", scale = "NRS" } }
    end
    return list
  end
  local function care(from, to, result)
    return { { kind = "physical-therapy", status = "completed", period = { start = from, ["end"] = to },
               outcome = result and { result = result } or nil } }
  end

  it("approves the complete first and the complete second injection, and a caudal one", function()
    assert.recommends("approve", first)
    assert.recommends("approve", second)
    assert.recommends("approve", caudal)
    assert.asks_for({}, first)
  end)

  -- Indication ---------------------------------------------------------------------------

  rows("indication", {
    { "is met by a diagnosis of a nerve root",        {}, "met" },
    { "is met for shingles",                          { diagnoses = { "B02.29" } }, "met" },
    { "is not met when the pain is axial, by the note",
      { diagnoses = { "M54.50" }, ["pain.pattern"] = "axial" }, "not met", "refer to physician" },
    { "is undocumented with an axial code alone",     { diagnoses = { "M54.50" } }, "undocumented", "pend" },
    { "is excused for a pump trial",
      { diagnoses = { "M54.50" }, ["plan.purpose"] = "pump-trial" }, "met" },
    { "is excused for pain after an operation, by its code", { diagnoses = { "G89.18" } }, "met" },
    { "is not excused for a purpose of treatment",
      { diagnoses = { "M54.50" }, ["plan.purpose"] = "therapeutic" }, "undocumented" },
  })

  rows("cause-of-root-pain", {
    { "is met by a herniation",                   {}, "met" },
    { "is not met when imaging shows no cause",   { ["pain.root_cause"] = "none" }, "not met", "refer to physician" },
    { "is undocumented when nobody names one",    { ["pain.root_cause"] = none }, "undocumented", "pend" },
    { "is not asked of pain after surgery", { diagnoses = { "M96.1" }, ["pain.root_cause"] = none }, "met" },
    { "is not asked of shingles",           { diagnoses = { "B02.23" }, ["pain.root_cause"] = none }, "met" },
    { "is excused for a pump trial",
      { diagnoses = { "M54.50" }, ["pain.root_cause"] = none, ["plan.purpose"] = "pump-trial" }, "met" },
  })

  rows("diagnosis", {
    { "is met by a supporting code",                  {}, "met" },
    { "is met by a weak code with the note",
      { diagnoses = { "M48.061" }, ["pain.pattern"] = "claudication" }, "met" },
    { "is undocumented with a weak code alone",       { diagnoses = { "M48.061" } }, "undocumented", "pend" },
    { "is undocumented, never not met, for a code outside of the sets",
      { diagnoses = { "M25.511" } }, "undocumented", "pend" },
    { "is undocumented without any diagnosis",        { diagnoses = none }, "undocumented", "pend" },
    { "is skipped for a pump trial",
      { diagnoses = { "M54.50" }, ["plan.purpose"] = "pump-trial" }, "met" },
  })

  rows("diagnosis-not-contrary", {
    { "is met by a supporting code beside a contrary one", { diagnoses = { "M54.59", "M54.16" } }, "met" },
    { "is met where no code is contrary",              { diagnoses = { "M48.061" } }, "met" },
    { "is undocumented, never not met, with a contrary code alone",
      { diagnoses = { "M54.59" } }, "undocumented", "pend" },
    { "is undocumented without any diagnosis",         { diagnoses = none }, "undocumented" },
  })

  describe("the classes of diagnoses", function()
    for _, row in ipairs {
      { "M51.17", "met", "met" }, { "M50.122", "met", "met" }, { "M48.062", "met", "met" },
      { "M54.31", "undocumented", "met" }, { "M51.360", "undocumented", "undocumented" },
      { "M79.7", "undocumented", "undocumented" }, { "G89.4", "undocumented", "undocumented" },
      -- a header, and a code that ended on 2021-09-30: in no class
      { "M54.1", "undocumented", "met" }, { "M54.5", "undocumented", "met" },
    } do
      it("take " .. row[1], function()
        local case = first:with { diagnoses = { row[1] } }
        assert.criterion("diagnosis", case, row[2])
        assert.criterion("diagnosis-not-contrary", case, row[3])
      end)
    end
  end)

  rows("diagnosis-region", {
    { "is met when code and diagnosis agree",  {}, "met" },
    { "is met for the junction of both regions", { diagnoses = { "M54.15" } }, "met" },
    { "is met for a diagnosis of no region",   { diagnoses = { "M96.1" } }, "met" },
    { "is undocumented without a diagnosis",   { diagnoses = none }, "undocumented", "pend" },
  })

  it("refers a lumbar code with a cervical diagnosis, as a contradiction", function()
    local case = first:with { diagnoses = { "M54.12" } }
    assert.criterion("diagnosis-region", case, "undocumented")
    assert.reason("evidence_conflict", case)
    assert.recommends("refer to physician", case)
    -- but not where one of two diagnoses fits
    assert.criterion("diagnosis-region", first:with { diagnoses = { "M54.12", "M54.16" } }, "met")
  end)

  it("refers a code whose level lies in the other region", function()
    local case = first:with { line = { bodySite = { level = { "C5-C6" }, laterality = "right" } } }
    assert.criterion("one-site", case, "undocumented")
    assert.reason("evidence_conflict", case)
    assert.recommends("refer to physician", case)
    assert.criterion("one-site", first, "met")
  end)

  it("takes T12-L1 under the code of the upper region", function()
    local case = first:with { line = { code = "64479", bodySite = { level = { "T12-L1" }, laterality = "right" } },
                              diagnoses = { "M54.15" } }
    assert.criterion("one-site", case, "met")
    assert.criterion("diagnosis-region", case, "met")
  end)

  -- History, examination, imaging ------------------------------------------------------------

  yes_or_no("history", "record.history", "yes")
  yes_or_no("examination", "record.physical_exam", "yes")
  yes_or_no("signed-note", "record.signed", "yes")
  yes_or_no("rehabilitation", "plan.rehabilitation", "yes")
  yes_or_no("severity", "pain.affects_function", "yes")

  rows("examination-agrees", {
    { "is met when the signs are on the side requested", {}, "met" },
    { "is undocumented without a side", { examination = none }, "undocumented", "pend" },
    { "asks for the statement when nothing is to one side", { ["exam.concordant"] = none }, "undocumented", "pend",
      of = caudal },
    { "is met by the statement",                         {}, "met", "approve", of = caudal },
    { "is not met when the signs fit another level", { ["exam.concordant"] = false }, "not met",
      "refer to physician", of = caudal },
  })

  it("refers signs on the other side, as a contradiction", function()
    local case = first:with { examination = { { name = "straight-leg-raise", result = "positive",
                                                laterality = "left", effective = "2026-01-26" } } }
    assert.reason("evidence_conflict", case)
    assert.recommends("refer to physician", case)
  end)

  local function image(modality, level, side, day)
    return { { modality = modality, effective = day or "2025-12-18",
               findings = { { finding = "disc-herniation", level = level, laterality = side } } } }
  end

  rows("imaging", {
    { "is met by an MRI",             {}, "met" },
    { "is met by a CT",               { imaging = image("CT", "L4-L5", "right") }, "met", "approve" },
    { "is met by a myelogram",        { imaging = none, ["imaging.modality"] = "myelogram" }, "met" },
    { "is undocumented with a plain film", { imaging = image("XR", "L4-L5", "right") }, "undocumented", "pend" },
    { "is undocumented without any",  { imaging = none }, "undocumented", "pend" },
  })

  rows("imaging-level", {
    { "is met at the level requested",          {}, "met" },
    { "is undocumented where the level is not coded", { imaging = image("MR", nil, "right") }, "undocumented", "pend" },
  })
  rows("imaging-side", {
    { "is met on the side requested",           {}, "met" },
    { "is met by a finding on both",            { imaging = image("MR", "L4-L5", "bilateral") }, "met" },
    { "is undocumented where the side is not coded", { imaging = image("MR", "L4-L5") }, "undocumented", "pend" },
    { "does not apply between the laminae",     {}, "not applicable", of = caudal },
  })

  it("refers imaging of another level or side, as a contradiction", function()
    for _, imaging in ipairs { image("MR", "L2-L3", "right"), image("MR", "L4-L5", "left") } do
      local case = first:with { imaging = imaging }
      assert.reason("evidence_conflict", case)
      assert.recommends("refer to physician", case)
    end
  end)

  local both_sides = { line = { modifier = { "50" },
                                bodySite = { region = "lumbar", level = { "L4-L5" }, laterality = "bilateral" } },
                       imaging = image("MR", "L4-L5", "bilateral") }
  local bilateral = first:with(both_sides)

  rows("imaging-both-sides", {
    { "is met when both are affected",         {}, "met", "approve", of = bilateral },
    { "is not met when one is",                { imaging = image("MR", "L4-L5", "left") }, "not met",
      "refer to physician", of = bilateral },
    { "is undocumented where no side is coded", { imaging = image("MR", "L4-L5") }, "undocumented", "pend",
      of = bilateral },
    { "does not apply to one side",            {}, "not applicable" },
  })

  rows("no-stated-disagreement", {
    { "is met when nobody says so",          {}, "met" },
    { "is not met when the examination does not fit",
      { ["exam.concordant"] = false }, "not met", "refer to physician" },
    { "is not met when the imaging does not fit", { ["imaging.concordant"] = false }, "not met", "refer to physician" },
  })

  rows("baseline-scale", {
    { "is met by a numeric score",      {}, "met" },
    { "is met by an Oswestry index",    { observations = { { name = "odi", effective = "2026-01-26",
                                                             value = { number = 42 } } } }, "met" },
    { "is met by an answer",            { observations = none, ["pain.nrs"] = 7 }, "met" },
    { "is undocumented by a score without a scale", { observations = none, ["pain.score"] = 7 }, "undocumented" },
    { "is undocumented without a score", { observations = none }, "undocumented", "pend" },
  })

  -- Technique -------------------------------------------------------------------------------

  rows("image-guidance", {
    { "is met by fluoroscopy",                  {}, "met" },
    { "is met by CT",                           { ["plan.guidance"] = "ct" }, "met" },
    { "is not met by ultrasound",               { ["plan.guidance"] = "ultrasound" }, "not met", "refer to physician" },
    { "is met by ultrasound with an allergy",
      { ["plan.guidance"] = "ultrasound", ["safety.contrast_allergy"] = true }, "met" },
    { "is met by ultrasound in pregnancy",
      { ["plan.guidance"] = "ultrasound", ["safety.pregnancy"] = true }, "met" },
    { "is not met without any, even with an allergy",
      { ["plan.guidance"] = "none", ["safety.contrast_allergy"] = true }, "not met" },
    { "is undocumented when nobody says",       { ["plan.guidance"] = none }, "undocumented", "pend" },
  })
  rows("code-with-imaging", {
    { "is met by the code with imaging",        {}, "met", of = caudal },
    { "is not met by 62322",
      { line = { code = "62322" } }, "not met", "refer to physician", of = caudal },
    { "is not met by 62320, allergy or not",
      { line = { code = "62320", bodySite = { level = { "C6-C7" } } }, ["safety.contrast_allergy"] = true }, "not met",
      of = caudal },
  })
  rows("contrast", {
    { "is met with contrast",                   {}, "met" },
    { "is not met without",                     { ["plan.contrast"] = false }, "not met", "refer to physician" },
    { "is met without, with an allergy",
      { ["plan.contrast"] = false, ["safety.contrast_allergy"] = true }, "met" },
    { "is met without, in pregnancy",           { ["plan.contrast"] = false, ["safety.pregnancy"] = true }, "met" },
    { "is not met when the allergy is denied",
      { ["plan.contrast"] = false, ["safety.contrast_allergy"] = false }, "not met" },
    { "is undocumented when nobody says",       { ["plan.contrast"] = none }, "undocumented", "pend" },
  })

  local function line_of(code, level, side, day, modifier)
    return { code = code, serviced = { start = day or "2026-02-10" }, modifier = modifier,
             bodySite = { level = level and { level } or nil, laterality = side } }
  end

  it("counts regions in one session only", function()
    local cervical = line_of("64479", "C5-C6", "right")
    local case = first:with { lines = { line_of("64483", "L4-L5", "right"), cervical } }
    assert.criterion("one-region", case, "not met")
    cervical.serviced = { start = "2026-03-10" }
    assert.criterion("one-region", first:with { lines = { line_of("64483", "L4-L5", "right"), cervical } }, "met")
    assert.criterion("one-region", first:with { ["plan.regions"] = 2 }, "not met")
    assert.criterion("one-region", first:with { ["plan.regions"] = 1 }, "met")
  end)

  describe("transforaminal levels", function()
    local function with_lines(...) return first:with { lines = { ... } } end

    it("may be two, on both sides", function()
      assert.criterion("transforaminal-levels", with_lines(
        line_of("64483", "L4-L5", "right"), line_of("64484", "L5-S1", "right")), "met")
      assert.criterion("transforaminal-levels", with_lines(
        line_of("64483", "L4-L5", "right"), line_of("64484", "L5-S1", "right"),
        line_of("64483", "L4-L5", "left"), line_of("64484", "L5-S1", "left")), "met")
      assert.criterion("transforaminal-levels", with_lines(
        line_of("64483", "L4-L5", "bilateral"), line_of("64484", "L5-S1", "bilateral")), "met")
    end)

    it("may not be three, on one line or on several", function()
      local three = first:with { line = { bodySite = { level = { "L3-L4", "L4-L5", "L5-S1" }, laterality = "right" } } }
      assert.criterion("transforaminal-levels", three, "not met")
      assert.recommends("refer to physician", three)
      assert.criterion("transforaminal-levels", with_lines(line_of("64483", "L3-L4", "right"),
        line_of("64484", "L4-L5", "right"), line_of("64484", "L5-S1", "right")), "not met")
    end)

    it("have a line each", function()
      assert.criterion("one-level-a-line", first, "met")
      assert.criterion("one-level-a-line", caudal, "not applicable")
      local two = first:with { line = { bodySite = { level = { "L4-L5", "L5-S1" }, laterality = "right" } } }
      assert.criterion("one-level-a-line", two, "not met")
      assert.recommends("refer to physician", two)
    end)

    it("are counted for lines without a date as for one session", function()
      local undated = {}
      for i, level in ipairs { "L3-L4", "L4-L5", "L5-S1" } do
        undated[i] = { code = i == 1 and "64483" or "64484", bodySite = { level = { level }, laterality = "right" } }
      end
      assert.criterion("transforaminal-levels", first:with { lines = undated }, "not met")
      undated[3] = nil
      assert.criterion("transforaminal-levels", first:with { lines = undated }, "met")
      assert.criterion("first-of-a-series", first:with { lines = undated }, "met")
    end)

    it("cannot be told where a side is not stated", function()
      assert.criterion("transforaminal-levels", with_lines({ code = "64483", bodySite = { level = { "L4-L5" } } }),
        "undocumented")
    end)
  end)

  it("allows one level between the laminae", function()
    assert.criterion("interlaminar-levels", caudal, "met")
    local two = caudal:with { line = { bodySite = { level = { "L3-L4", "L4-L5" } } } }
    assert.criterion("interlaminar-levels", two, "not met")
    assert.recommends("refer to physician", two)
    assert.criterion("interlaminar-levels", first, "not applicable")
    local twice = caudal:with { lines = { line_of("62323", "L4-L5"), line_of("62323", "L5-S1") } }
    assert.criterion("interlaminar-levels", twice, "not met")
  end)

  it("allows no second side between the laminae", function()
    assert.criterion("interlaminar-one-sided", caudal, "met")
    local both = { level = { "L4-L5" }, laterality = "bilateral" }
    for _, change in ipairs { { modifier = { "50" } }, { bodySite = both } } do
      local case = caudal:with { line = change }
      assert.criterion("interlaminar-one-sided", case, "not met")
      assert.recommends("refer to physician", case)
    end
    assert.criterion("interlaminar-one-sided", first, "not applicable")
  end)

  it("wants the side of a transforaminal injection", function()
    assert.criterion("side-stated", first, "met")
    assert.criterion("side-stated", caudal, "not applicable")
    local silent = first:with { line = { modifier = none, bodySite = { level = { "L4-L5" } } } }
    assert.criterion("side-stated", silent, "undocumented")
    assert.recommends("pend", silent)
    local torn = first:with { line = { modifier = { "LT" } } }
    assert.criterion("side-stated", torn, "undocumented")
    assert.recommends("refer to physician", torn)
  end)

  it("wants modifier 50 for both sides of a level", function()
    assert.criterion("bilateral-modifier", bilateral, "met")
    local without = bilateral:with { line = { modifier = none } }
    assert.criterion("bilateral-modifier", without, "not met")
    assert.recommends("refer to physician", without)
    assert.criterion("bilateral-modifier", first, "not applicable")
  end)

  rows("diagnostic-modifier", {
    { "is met by a plain line",                  {}, "met" },
    { "is met by KX on a diagnostic block",
      { ["plan.purpose"] = "diagnostic", line = { modifier = { "RT", "KX" } } }, "met" },
    { "is not met by a diagnostic block without KX",
      { ["plan.purpose"] = "diagnostic" }, "not met", "refer to physician" },
    { "is not met by KX on a treatment",
      { ["plan.purpose"] = "therapeutic", line = { modifier = { "RT", "KX" } } }, "not met" },
  })

  it("wants the first level beside an added one", function()
    local alone = first:with { line = { code = "64484" } }
    assert.criterion("add-on-with-base", alone, "not met")
    assert.recommends("refer to physician", alone)
    local two = first:with { lines = { line_of("64483", "L4-L5", "right"), line_of("64484", "L5-S1", "right") } }
    assert.criterion("add-on-with-base", two, "met", 2)
    assert.criterion("add-on-with-base", two, "not applicable", 1)
    local apart = first:with { lines = { line_of("64483", "L4-L5", "right"),
                                         line_of("64484", "L5-S1", "right", "2026-02-24") } }
    assert.criterion("add-on-with-base", apart, "not met", 2)
    local wrong = first:with { lines = { line_of("64483", "L4-L5", "right"), line_of("64480", "C5-C6", "right") } }
    assert.criterion("add-on-with-base", wrong, "not met", 2)
  end)

  rows("one-unit", {
    { "is met by one",                 {}, "met" },
    { "is not met by two",             { line = { units = 2 } }, "not met", "refer to physician" },
    { "leaves a series to be judged as one", { line = { units = 3 }, ["plan.series"] = true }, "met", "pend" },
  })

  it("judges the first of a series, and asks for its result before the next", function()
    local series = first:with { lines = { line_of("64483", "L4-L5", "right", "2026-02-10", { "RT" }),
                                          line_of("64483", "L4-L5", "right", "2026-03-03", { "RT" }) } }
    assert.criterion("first-of-a-series", series, "met", 1)
    assert.criterion("first-of-a-series", series, "undocumented", 2)
    assert.recommends("pend", series)
    assert.asks_for({ "first-of-a-series" }, series)
  end)

  describe("the steroid", function()
    for _, row in ipairs { { "triamcinolone", 80 }, { "methylprednisolone", 80 }, { "betamethasone", 12 },
                           { "dexamethasone", 15 } } do
      it("may be " .. row[2] .. " mg of " .. row[1] .. ", and no more", function()
        local at = first:with { ["plan.steroid"] = row[1], ["plan.steroid_dose"] = row[2] }
        assert.criterion("steroid-ceiling", at, "met")
        local over = at:with { ["plan.steroid_dose"] = row[2] + 1 }
        assert.criterion("steroid-ceiling", over, "not met")
        assert.recommends("refer to physician", over)
      end)
    end
    it("needs a name and a dose, unless there is none", function()
      assert.criterion("steroid-ceiling", first:without "plan.steroid", "undocumented")
      assert.criterion("steroid-ceiling", first:without "plan.steroid_dose", "undocumented")
      assert.criterion("steroid-ceiling", first:with { ["plan.steroid"] = "none", ["plan.steroid_dose"] = none }, "met")
    end)
  end)

  -- Exclusions ---------------------------------------------------------------------------------

  yes_or_no("not-axial-pain", "pain.nonspecific_axial", "no")
  yes_or_no("not-crps", "pain.crps", "no")
  yes_or_no("not-widespread-pain", "pain.widespread", "no")
  yes_or_no("not-other-neuropathy", "pain.other_neuropathy", "no")
  yes_or_no("not-cervicogenic-headache", "pain.cervicogenic_headache", "no")
  yes_or_no("one-kind-of-block", "plan.other_blocks", "no")
  yes_or_no("no-infection", "safety.infection", "no")
  yes_or_no("no-cord-compression", "safety.cord_compression", "no")
  yes_or_no("no-malignancy", "safety.suspected_malignancy", "no")

  rows("one-kind-of-block", {
    { "allows another for a facet cyst", { ["plan.other_blocks"] = true, ["plan.facet_cyst"] = true }, "met" },
  })
  rows("approved-injectate", {
    { "is met by steroid and anesthetic",    {}, "met" },
    { "is not met by plasma beside a steroid",
      { ["plan.injectate"] = { "steroid", "prp" } }, "not met", "refer to physician" },
    { "is not met by an amniotic product",   { ["plan.injectate"] = "amniotic" }, "not met" },
    { "is undocumented when nobody says",    { ["plan.injectate"] = none }, "undocumented", "pend" },
  })
  rows("no-routine-sedation", {
    { "is met without any",                  {}, "met" },
    { "is met by a light one",               { ["plan.sedation"] = "minimal" }, "met" },
    { "is not met by a deeper one",          { ["plan.sedation"] = "moderate" }, "not met", "refer to physician" },
    { "is met by a deeper one with its reason",
      { ["plan.sedation"] = "moderate", ["plan.sedation_routine"] = false }, "met" },
    { "is undocumented when nobody says",    { ["plan.sedation"] = none }, "undocumented", "pend" },
  })

  it("does not let a word that nobody confirmed close a question", function()
    local case = first:with { ["safety.infection"] = extracted(true) }
    assert.criterion("no-infection", case, "undocumented")
    assert.recommends("pend", case)
  end)

  it("wants scores and views only once the injection has been given", function()
    assert.criterion("stored-views", first, "not applicable")
    assert.criterion("scores-around-injection", first, "not applicable")
    local after = first:with { asOf = "2026-02-20" }
    assert.criterion("stored-views", after, "undocumented")
    assert.recommends("pend", after)
    for id, fact in pairs { ["stored-views"] = "record.two_stored_views",
                            ["scores-around-injection"] = "record.scores_around_injection" } do
      assert.criterion(id, after, "undocumented")
      assert.criterion(id, after:with { [fact] = true }, "met")
      assert.criterion(id, after:with { [fact] = false }, "not met")
    end
  end)

  -- The first in the region -----------------------------------------------------------------------

  rows("duration-of-pain", {
    { "is met at four weeks",                 { diagnoses = { { code = "M54.16", onset = "2026-01-13" } } }, "met" },
    { "is not met a day short of that",       { diagnoses = { { code = "M54.16", onset = "2026-01-14" } } }, "not met",
      "refer to physician" },
    { "is undocumented when nobody says",     { diagnoses = { "M54.16" } }, "undocumented", "pend" },
    { "is undocumented for a month that may be either", { diagnoses = { { code = "M54.16", onset = "2026-01" } } },
      "undocumented" },
    { "needs no four weeks for shingles",     { diagnoses = { { code = "B02.29", onset = "2026-02-01" } } }, "met" },
  })

  rows("conservative-care", {
    { "is met at four weeks",                 { treatments = care("2025-12-01", "2025-12-29", "failed") }, "met" },
    { "is not met a day short of that",       { treatments = care("2025-12-01", "2025-12-28", "failed") }, "not met",
      "refer to physician" },
    { "is undocumented without a result",
      { treatments = care("2025-12-01", "2026-01-16") }, "undocumented", "pend" },
    { "is undocumented without any",          { treatments = none }, "undocumented", "pend" },
    { "is undocumented for care that is only planned",
      { treatments = { { kind = "physical-therapy", status = "planned", outcome = { result = "failed" },
                         period = { start = "2025-12-01", ["end"] = "2026-01-16" } } } }, "undocumented" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 4, ["conservative.outcome"] = "failed" }, "met" },
    { "is met when it was not tolerated",
      { treatments = care("2025-12-01", "2025-12-10", "failed"), ["treatment.not_tolerated"] = true }, "met" },
    { "is met when it must not be given",     { treatments = none, ["treatment.contraindicated"] = true }, "met" },
    { "is met for shingles that did not respond",
      { treatments = none, diagnoses = { "B02.29" }, ["pain.zoster_refractory"] = true }, "met" },
    { "is undocumented for shingles of which nobody says so",
      { treatments = none, diagnoses = { "B02.29" } }, "undocumented" },
    { "is not asked for again at a repeat",   { treatments = none }, "not applicable", "approve", of = second },
  })

  -- A further one ------------------------------------------------------------------------------

  rows("relief-from-last", {
    { "is met at half",                     { procedures = relief(50, 14) }, "met", "approve", of = second },
    { "is not met just short of it",
      { procedures = relief(49, 14) }, "not met", "refer to physician", of = second },
    { "is undocumented when nobody says",   { procedures = relief(none, 14, { reliefPercent = none }) }, "undocumented",
      "pend", of = second },
    { "is met by function instead",
      { procedures = relief(30, 14), ["repeat.function_percent"] = 50 }, "met", "approve", of = second },
    { "is not met by too little function",
      { procedures = relief(30, 14), ["repeat.function_percent"] = 49 }, "not met", of = second },
    { "does not apply to a first",          {}, "not applicable" },
  })

  rows("relief-lasted", {
    { "is met at three months",
      { procedures = relief(60, nil, { measuredOn = "2026-05-10" }) }, "met", "approve", of = second },
    { "is not met a day short of that",
      { procedures = relief(60, nil, { measuredOn = "2026-05-09" }) }, "not met", "refer to physician", of = second },
    { "is met by fourteen weeks stated", { procedures = relief(60, 14) }, "met", of = second },
    { "is not met by twelve weeks stated, measured later", { procedures = relief(60, 12) }, "not met", of = second },
    { "is not met by fourteen weeks stated, measured in the second",
      { procedures = relief(60, 14, { measuredOn = "2026-02-20" }) }, "not met", of = second },
    { "is undocumented without a date", { procedures = relief(60, 14, { measuredOn = none }) }, "undocumented",
      "pend", of = second },
    { "is undocumented when nobody says", { procedures = relief(60, nil, { measuredOn = none }) }, "undocumented",
      "pend", of = second },
  })

  rows("relief-measured", {
    { "is met with scale and date",         {}, "met", of = second },
    { "is undocumented without a date",     { procedures = relief(60, 14, { measuredOn = none }) }, "undocumented",
      "pend", of = second },
    { "is undocumented without a scale",    { procedures = relief(60, 14, { scale = none }) }, "undocumented",
      "pend", of = second },
    { "contradicts on another scale",       { procedures = relief(60, 14, { scale = "ODI" }) }, "undocumented",
      "refer to physician", of = second },
  })

  rows("sessions-a-year", {
    { "is met by the fourth",
      { procedures = sessions("2025-06-17", "2025-10-02", "2026-01-20") }, "met", "approve", of = second },
    { "is not met by the fifth",
      { procedures = sessions("2025-06-17", "2025-09-02", "2025-11-20", "2026-02-10") }, "not met",
      "refer to physician", of = second },
    { "does not count what is twelve months ago",
      { procedures = sessions("2025-06-16", "2025-09-02", "2025-11-20", "2026-02-10") }, "met", of = second },
    { "counts a date once",
      { procedures = sessions("2025-09-02", "2025-11-20", "2026-02-10", "2026-02-10") }, "met", of = second },
    { "is undocumented while nobody says that there were no more", { complete = none }, "undocumented", "pend",
      of = second },
    { "is not met by five on file, even if there may be more",
      { procedures = sessions("2025-06-17", "2025-09-02", "2025-11-20", "2026-02-10"), complete = none }, "not met",
      "refer to physician", of = second },
    { "is undocumented while nobody says what was done", { procedures = none, complete = none }, "undocumented",
      "pend", of = second },
  })

  it("counts in one region only", function()
    local list = sessions("2025-09-02", "2025-11-20", "2026-02-10")
    list[4] = { kind = "epidural-injection", status = "completed", performed = "2026-03-10",
                bodySite = { region = "cervical" } }
    local case = second:with { procedures = list }
    assert.criterion("sessions-a-year", case, "met")
    assert.recommends("approve", case)
  end)

  it("takes an injection of more than two years ago for none", function()
    local long_ago = second:with { procedures = last_session(nil, "2024-06-16"),
                                   complete = { procedures = "2023-01-01" } }
    assert.criterion("relief-from-last", long_ago, "not applicable")
    assert.criterion("conservative-care", long_ago, "met")
    local just_inside = second:with { procedures = last_session(nil, "2024-06-17"),
                                      complete = { procedures = "2023-01-01" } }
    assert.criterion("relief-from-last", just_inside, "undocumented")
    assert.criterion("conservative-care", just_inside, "not applicable")
  end)

  it("asks which it is when nobody says what was done before", function()
    local silent = first:without "complete"
    assert.recommends("pend", silent)
    assert.criterion("relief-from-last", silent, "undocumented")
  end)

  -- A failed first ---------------------------------------------------------------------------------

  local function failed(performed)
    return second:with {
      procedures = last_session({ result = "failed", reliefPercent = 20, measuredOn = "2026-06-02", scale = "NRS" },
                                performed),
      ["repeat.changed"] = "drug", ["repeat.rationale"] = true,
    }
  end

  it("approves another way after a first that failed", function()
    assert.recommends("approve", failed("2026-05-12"))
    assert.criterion("relief-from-last", failed("2026-05-12"), "met")
  end)

  rows("failed-gap", {
    { "is met at fourteen days",          {}, "met", "approve", of = failed("2026-06-02") },
    { "is not met a day short of that",   {}, "not met", "refer to physician", of = failed("2026-06-03") },
    { "does not apply after a good one",  {}, "not applicable", of = second },
    { "does not apply to a second failure", { procedures = sessions("2025-10-02", "2026-01-20") }, "not applicable",
      of = failed("2026-05-12") },
  })
  it("cannot tell fourteen days from a month", function()
    assert.criterion("failed-gap", failed("2026-06"), "undocumented")
  end)
  rows("failed-change", {
    { "is met by another drug",           {}, "met", of = failed("2026-05-12") },
    { "is not met by the same again",     { ["repeat.changed"] = "nothing" }, "not met", "refer to physician",
      of = failed("2026-05-12") },
    { "is undocumented when nobody says", { ["repeat.changed"] = none }, "undocumented", of = failed("2026-05-12") },
  })
  rows("failed-rationale", {
    { "is met when it is written down",   {}, "met", of = failed("2026-05-12") },
    { "is not met when it is not",        { ["repeat.rationale"] = false }, "not met", of = failed("2026-05-12") },
    { "is undocumented when nobody says", { ["repeat.rationale"] = none }, "undocumented", of = failed("2026-05-12") },
  })

  -- Beyond twelve months -----------------------------------------------------------------------------

  local long = second:with {
    procedures = sessions("2025-06-16", "2026-02-10"),
    ["repeat.significant_disability"] = true, ["repeat.long_term_reason"] = "declines-surgery",
    ["repeat.primary_care_informed"] = true,
  }

  it("approves beyond twelve months when all of it is on file", function()
    assert.recommends("approve", long)
  end)
  rows("long-disability", {
    { "is met",                            {}, "met", of = long },
    { "is not met",
      { ["repeat.significant_disability"] = false }, "not met", "refer to physician", of = long },
    { "is undocumented when nobody says",
      { ["repeat.significant_disability"] = none }, "undocumented", "pend", of = long },
    { "does not apply within twelve months", { procedures = sessions("2025-06-17", "2026-02-10") }, "not applicable",
      of = second },
  })
  rows("long-relief", {
    { "is met at half",                    {}, "met", of = long },
    { "is undocumented when nobody says",  { procedures = { { kind = "epidural-injection", performed = "2025-06-16",
        bodySite = { region = "lumbar" } } } }, "undocumented", of = long },
    { "is not met just short of it",       { procedures = { { kind = "epidural-injection", performed = "2025-06-16",
        bodySite = { region = "lumbar" }, outcome = { reliefPercent = 49 } } } }, "not met", of = long },
  })
  rows("long-reason", {
    { "is met by surgery declined",        {}, "met", of = long },
    { "is met by too risky a surgery",     { ["repeat.long_term_reason"] = "high-surgical-risk" }, "met", of = long },
    { "is met by a recurrence after months of relief",
      { ["repeat.long_term_reason"] = "recurrence" }, "met", of = long },
    { "is not met by a recurrence after weeks",
      { ["repeat.long_term_reason"] = "recurrence",
        procedures = { { kind = "epidural-injection", performed = "2025-06-16", bodySite = { region = "lumbar" },
                         outcome = { reliefPercent = 60, reliefWeeks = 8 } } } },
      "not met", of = long },
    { "is not met by no reason",           { ["repeat.long_term_reason"] = "none" }, "not met", of = long },
    { "is undocumented when nobody says",  { ["repeat.long_term_reason"] = none }, "undocumented", "pend", of = long },
  })
  rows("long-primary-care", {
    { "is met",                            {}, "met", of = long },
    { "is not met",                        { ["repeat.primary_care_informed"] = false }, "not met", of = long },
    { "is undocumented when nobody says",
      { ["repeat.primary_care_informed"] = none }, "undocumented", "pend", of = long },
  })

  -- Each piece counts -----------------------------------------------------------------------------------

  describe("a complete request", function()
    local function names(map)
      local list = {}
      for name in pairs(map) do list[#list + 1] = name end
      table.sort(list)
      return list
    end
    for label, case in ipairs { first, second, caudal, long, failed("2026-05-12") } do
      for _, name in ipairs(names(case.document.answers)) do
        -- Which answers only one pathway or one approach asks for is seen from the answer itself.
        it(("%d is not approved, or not needing it, without '%s'"):format(label, name), function()
          local without = judge(case:without(name))
          if without.recommendation ~= "approve" then return end
          for _, criterion in ipairs(without.criteria) do
            for _, evidence in ipairs(criterion.evidence or {}) do assert.is_not.equal(name, evidence.fact) end
          end
          assert.is_truthy(({ ["exam.concordant"] = label > 2, ["pain.affects_function"] = label ~= 1 })[name], name)
        end)
      end
      for _, list in ipairs { "diagnoses", "imaging", "observations", "complete" } do
        it(label .. " is not approved without its " .. list, function()
          assert.is_not.recommends("approve", case:without(list))
        end)
      end
    end
  end)

  -- The request as a whole ------------------------------------------------------------------------------

  it("refers a catheter code: the policy does not cover it", function()
    local case = first:with { line = { code = "62326" } }
    assert.reason("no_policy", case)
    assert.recommends("refer to physician", case)
  end)

  it("knows no pend for an independent review, and still no denial", function()
    local case = first:without("plan.contrast"):edit(function(document)
      document.kind = "independent-medical-review"
    end)
    assert.recommends("refer to physician", case)
    assert.reason("record_does_not_establish", case)
  end)
end)
