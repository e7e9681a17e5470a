-- Every criterion of the Medicare policy seen met, not met and undocumented, and every
-- threshold at, just short of it, and silent. Each test changes one thing of a complete case.

describe("cms.epidural-injections", function()
  policy "cms.epidural-injections"

  local first  = casefile "cases/a05-004b-first-injection.json"
  local rows = require "rubric.rows" { describe, it, first }
  local second = casefile "cases/a05-004c-second-session.json"
  local caudal = first:with {
    line = { code = "62323", modifier = none, bodySite = { region = "lumbar", level = { "L4-L5" } } },
    ["exam.concordant"] = true,
  }

  local function care(from, to, result, site)
    return { { kind = "physical-therapy", status = "completed", period = { start = from, ["end"] = to },
               outcome = result and { result = result } or nil, bodySite = site } }
  end

  it("approves the complete first and the complete second injection, and a caudal one", function()
    assert.recommends("approve", first)
    assert.recommends("approve", second)
    assert.recommends("approve", caudal)
    assert.asks_for({}, first)
  end)

  -- Indication ---------------------------------------------------------------------------

  local function sign(name, result)
    return { { name = name, result = result or "positive", laterality = "right", effective = "2026-01-26" } }
  end

  rows.of("indication", {
    { "is met by a diagnosis of a nerve root, with its signs", {}, "met" },
    { "is undocumented by the code alone",            { examination = none }, "undocumented", "pend" },
    { "is undocumented by the code and a way of walking",
      { examination = sign "gait" }, "undocumented", "pend" },
    { "is undocumented by the code and a test that was normal",
      { examination = sign("motor-weakness", "negative") }, "undocumented" },
    { "is met by the code and a weakness",            { examination = sign "motor-weakness" }, "met", "approve" },
    { "is met by the word of the note",               { examination = none, ["pain.pattern"] = "radicular" }, "met" },
    { "is undocumented for a root that is only considered",
      { diagnoses = { { code = "M54.16", onset = "2025-11-03", verificationStatus = "differential" } } },
      "undocumented", "pend" },
    { "is undocumented for one that is past",
      { diagnoses = { { code = "M54.16", onset = "2025-11-03", clinicalStatus = "resolved" } } },
      "undocumented", "pend" },
    { "is undocumented for that of a relative",
      { diagnoses = { { code = "M54.16", onset = "2025-11-03", about = "other" } } }, "undocumented", "pend" },
    { "is undocumented for one that is possible",
      { diagnoses = { { code = "M54.16", onset = "2025-11-03", certainty = "possible" } } }, "undocumented", "pend" },
    { "is met for shingles",                          { diagnoses = { "B02.29" } }, "met" },
    { "is not met when the pain is axial, by the note",
      { diagnoses = { "M54.50" }, ["pain.pattern"] = "axial" }, "not met", "refer to physician" },
    { "is undocumented with an axial code alone",     { diagnoses = { "M54.50" } }, "undocumented", "pend" },
    { "is excused for a pump trial",
      { diagnoses = { "M54.50" }, ["plan.purpose"] = "pump-trial" }, "met" },
    { "is excused for pain after an operation, by its code", { diagnoses = { "G89.18" } }, "met" },
    { "is not excused for pain after an injury", { diagnoses = { "G89.11" } }, "undocumented" },
    { "is not excused for a purpose of treatment",
      { diagnoses = { "M54.50" }, ["plan.purpose"] = "therapeutic" }, "undocumented" },
  })

  rows.of("cause-of-root-pain", {
    { "is met by a herniation",                   {}, "met" },
    { "is not met when imaging shows no cause",   { ["pain.root_cause"] = "none" }, "not met", "refer to physician" },
    { "is undocumented when nobody names one",    { ["pain.root_cause"] = none }, "undocumented", "pend" },
    { "is not asked of pain after surgery", { diagnoses = { "M96.1" }, ["pain.root_cause"] = none }, "met" },
    { "is not asked of shingles",           { diagnoses = { "B02.23" }, ["pain.root_cause"] = none }, "met" },
    { "is excused for a pump trial",
      { diagnoses = { "M54.50" }, ["pain.root_cause"] = none, ["plan.purpose"] = "pump-trial" }, "met" },
  })

  rows.of("diagnosis", {
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

  rows.of("diagnosis-not-contrary", {
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

  rows.of("diagnosis-region", {
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

  rows.yes_or_no("history", "record.history", "yes")
  rows.yes_or_no("examination", "record.physical_exam", "yes")
  rows.yes_or_no("signed-note", "record.signed", "yes")
  rows.yes_or_no("rehabilitation", "plan.rehabilitation", "yes")
  rows.yes_or_no("severity", "pain.affects_function", "yes")

  rows.of("examination-agrees", {
    { "is met when the signs are on the side requested", {}, "met" },
    { "is undocumented without a side", { examination = none }, "undocumented", "pend" },
    { "is undocumented by a way of walking", { examination = sign "gait" }, "undocumented", "pend" },
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

  rows.of("imaging", {
    { "is met by an MRI",             {}, "met" },
    { "is met by a CT",               { imaging = image("CT", "L4-L5", "right") }, "met", "approve" },
    { "is met by a myelogram",        { imaging = none, ["imaging.modality"] = "myelogram" }, "met" },
    { "is undocumented with a plain film", { imaging = image("XR", "L4-L5", "right") }, "undocumented", "pend" },
    { "is undocumented without any",  { imaging = none }, "undocumented", "pend" },
    { "is undocumented with one of another region",
      { imaging = image("MR", "C5-C6", "right") }, "undocumented" },
    { "is undocumented where it is not said which part was looked at",
      { imaging = { { modality = "MR", effective = "2025-12-18", conclusion = "See report." } } },
      "undocumented", "pend" },
    { "is undocumented without a date",
      { imaging = { { modality = "MR", findings = image("MR", "L4-L5", "right")[1].findings } } },
      "undocumented", "pend" },
    { "is met by one of the day itself", { imaging = image("MR", "L4-L5", "right", "2026-02-10") }, "met" },
    { "is undocumented by one that is still to come",
      { imaging = image("MR", "L4-L5", "right", "2026-02-11") }, "undocumented", "pend" },
    { "is undocumented by one of a relative",
      { imaging = { { modality = "MR", effective = "2025-12-18", about = "other",
                      findings = image("MR", "L4-L5", "right")[1].findings } } }, "undocumented", "pend" },
  })

  rows.of("imaging-level", {
    { "is met at the level requested",          {}, "met" },
    { "is undocumented where the level is not coded", { imaging = image("MR", nil, "right") }, "undocumented", "pend" },
    { "is undocumented by a plain film beside an MRI without a level",
      { imaging = { image("MR", nil, "right")[1], image("XR", "L4-L5", "right")[1] } }, "undocumented", "pend" },
    { "is undocumented by the part that was looked at",
      { imaging = { { modality = "MR", effective = "2025-12-18", bodySite = { level = { "L4-L5" } } } } },
      "undocumented", "pend" },
  })
  rows.of("imaging-side", {
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

  rows.of("imaging-both-sides", {
    { "is met when both are affected",         {}, "met", "approve", of = bilateral },
    { "is not met when one is",                { imaging = image("MR", "L4-L5", "left") }, "not met",
      "refer to physician", of = bilateral },
    { "is undocumented where no side is coded", { imaging = image("MR", "L4-L5") }, "undocumented", "pend",
      of = bilateral },
    { "does not apply to one side",            {}, "not applicable" },
  })

  it("refers what somebody says does not fit, and takes silence for nothing", function()
    for _, path in ipairs { "exam.concordant", "imaging.concordant" } do
      local against = first:with { [path] = false }
      assert.recommends("refer to physician", against)
      assert.reason("safeguard", against)
      assert.recommends("approve", first:with { [path] = true })
    end
  end)

  rows.of("baseline-scale", {
    { "is met by a numeric score",      {}, "met" },
    { "is met by an Oswestry index",    { observations = { { name = "odi", effective = "2026-01-26",
                                                             value = { number = 42 } } } }, "met" },
    { "is met by an answer",            { observations = none, ["pain.nrs"] = 7 }, "met" },
    { "is undocumented by a score without a date",
      { observations = { { name = "pain-nrs", value = { number = 7 } } } }, "undocumented", "pend" },
    { "is undocumented by a score of later",
      { observations = { { name = "pain-nrs", effective = "2026-02-11", value = { number = 7 } } } }, "undocumented" },
    { "is undocumented by another kind of score",
      { observations = { { name = "phq-9", effective = "2026-01-26", value = { number = 7 } } } }, "undocumented" },
    { "is undocumented by a score without a scale", { observations = none, ["pain.score"] = 7 }, "undocumented" },
    { "is undocumented without a score", { observations = none }, "undocumented", "pend" },
  })

  -- Technique -------------------------------------------------------------------------------

  rows.of("image-guidance", {
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
  rows.of("code-with-imaging", {
    { "is met by the code with imaging",        {}, "met", of = caudal },
    { "is not met by 62322",
      { line = { code = "62322" } }, "not met", "refer to physician", of = caudal },
    { "is not met by 62320, allergy or not",
      { line = { code = "62320", bodySite = { level = { "C6-C7" } } }, ["safety.contrast_allergy"] = true }, "not met",
      of = caudal },
  })
  rows.of("contrast", {
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

  rows.of("diagnostic-modifier", {
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

  rows.of("one-unit", {
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
    for _, row in ipairs { { "triamcinolone", 80 }, { "betamethasone", 12 }, { "dexamethasone", 15 },
                           { "methylprednisolone", 80, "methylprednisolone-ceiling" } } do
      it("may be " .. row[2] .. " mg of " .. row[1] .. ", and no more", function()
        local id = row[3] or "steroid-ceiling"
        local at = first:with { ["plan.steroid"] = row[1], ["plan.steroid_dose"] = row[2] }
        assert.criterion(id, at, "met")
        assert.recommends("approve", at)
        local over = at:with { ["plan.steroid_dose"] = row[2] + 1 }
        assert.criterion(id, over, "not met")
        assert.recommends("refer to physician", over)
        assert.criterion(id, at:without "plan.steroid_dose", "undocumented")
      end)
    end
    it("needs a name and a dose, unless there is none", function()
      assert.criterion("steroid-ceiling", first:without "plan.steroid", "undocumented")
      assert.criterion("steroid-ceiling", first:without "plan.steroid_dose", "undocumented")
      assert.criterion("steroid-ceiling", first:with { ["plan.steroid"] = "none", ["plan.steroid_dose"] = none }, "met")
    end)
  end)

  -- Exclusions ---------------------------------------------------------------------------------

  rows.yes_or_no("not-axial-pain", "pain.nonspecific_axial", "no")
  rows.yes_or_no("not-crps", "pain.crps", "no")
  rows.yes_or_no("not-widespread-pain", "pain.widespread", "no")
  rows.yes_or_no("not-other-neuropathy", "pain.other_neuropathy", "no")
  rows.yes_or_no("not-cervicogenic-headache", "pain.cervicogenic_headache", "no")
  rows.yes_or_no("one-kind-of-block", "plan.other_blocks", "no")
  rows.yes_or_no("no-infection", "safety.infection", "no")
  rows.yes_or_no("no-cord-compression", "safety.cord_compression", "no")
  rows.yes_or_no("no-malignancy", "safety.suspected_malignancy", "no")

  rows.of("one-kind-of-block", {
    { "allows another for a facet cyst", { ["plan.other_blocks"] = true, ["plan.facet_cyst"] = true }, "met" },
    { "is not met by a word against a line of the same day",
      { lines = { line_of("64483", "L4-L5", "right"), line_of("64493", "L4-L5", "right") } }, "not met" },
    { "leaves another block of another day alone",
      { lines = { line_of("64483", "L4-L5", "right"), line_of("64493", "L4-L5", "right", "2026-04-10") } }, "met" },
  })
  rows.of("approved-injectate", {
    { "is met by steroid and anesthetic",    {}, "met" },
    { "is not met by plasma beside a steroid",
      { ["plan.injectate"] = { "steroid", "prp" } }, "not met", "refer to physician" },
    { "is not met by an amniotic product",   { ["plan.injectate"] = "amniotic" }, "not met" },
    { "is undocumented when nobody says",    { ["plan.injectate"] = none }, "undocumented", "pend" },
  })
  rows.of("no-routine-sedation", {
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

  rows.of("duration-of-pain", {
    { "is met at four weeks",                 { diagnoses = { { code = "M54.16", onset = "2026-01-13" } } }, "met" },
    { "is not met a day short of that",       { diagnoses = { { code = "M54.16", onset = "2026-01-14" } } }, "not met",
      "refer to physician" },
    { "is undocumented when nobody says",     { diagnoses = { "M54.16" } }, "undocumented", "pend" },
    { "is undocumented for a month that may be either", { diagnoses = { { code = "M54.16", onset = "2026-01" } } },
      "undocumented" },
    { "does not take another disease for the pain",
      { diagnoses = { "M54.16", { code = "I10", onset = "2009-04-01" } } }, "undocumented", "pend" },
    { "does not take another pain for this one",
      { diagnoses = { "M54.16", { code = "M79.7", onset = "2015-04-01" } } }, "undocumented", "pend" },
    { "is met by an answer",                  { diagnoses = { "M54.16" }, ["pain.duration"] = weeks(4) }, "met" },
    { "needs no four weeks for shingles",     { diagnoses = { { code = "B02.29", onset = "2026-02-01" } } }, "met" },
  })

  rows.of("conservative-care", {
    { "is met at four weeks",                 { treatments = care("2025-12-01", "2025-12-29", "failed") }, "met" },
    { "is not met a day short of that",       { treatments = care("2025-12-01", "2025-12-28", "failed") }, "not met",
      "refer to physician" },
    { "is undocumented without a result",
      { treatments = care("2025-12-01", "2026-01-16") }, "undocumented", "pend" },
    { "is undocumented without any",          { treatments = none }, "undocumented", "pend" },
    { "is undocumented for care that is only planned",
      { treatments = { { kind = "physical-therapy", status = "planned", outcome = { result = "failed" },
                         period = { start = "2025-12-01", ["end"] = "2026-01-16" } } } }, "undocumented" },
    { "is undocumented for care of another part of the body",
      { treatments = care("2025-12-01", "2026-01-16", "failed", { region = "other", text = "left knee" }) },
      "undocumented", "pend" },
    { "is undocumented for care of a part that only text names",
      { treatments = care("2025-12-01", "2026-01-16", "failed", { text = "left knee" }) }, "undocumented", "pend" },
    { "is undocumented for care of the other region",
      { treatments = care("2025-12-01", "2026-01-16", "failed", { region = "cervical" }) }, "undocumented", "pend" },
    { "is met by care of this region",
      { treatments = care("2025-12-01", "2026-01-16", "failed", { region = "lumbar" }) }, "met" },
    { "is met by care of the back, in text",
      { treatments = care("2025-12-01", "2026-01-16", "failed", { text = "low back" }) }, "met" },
    { "is undocumented for care that ends after the session",
      { treatments = care("2026-01-12", "2026-02-16", "failed") }, "undocumented" },
    { "is undocumented for care of a relative",
      { treatments = { { kind = "physical-therapy", about = "other", outcome = { result = "failed" },
                         period = { start = "2025-12-01", ["end"] = "2026-01-16" } } } }, "undocumented" },
    { "is met by an answer",
      { treatments = none, ["conservative.weeks"] = 4, ["conservative.outcome"] = "failed" }, "met" },
    { "is not met by an answer of fewer weeks beside care that was shorter",
      { treatments = care("2025-12-01", "2025-12-20", "failed"), ["conservative.weeks"] = 3,
        ["conservative.outcome"] = "failed" }, "not met" },
    { "is met when it was not tolerated",
      { treatments = care("2025-12-01", "2025-12-10", "failed"), ["treatment.not_tolerated"] = true }, "met" },
    { "is met when it must not be given",     { treatments = none, ["treatment.contraindicated"] = true }, "met" },
    { "is met for shingles that did not respond",
      { treatments = none, diagnoses = { "B02.29" }, ["pain.zoster_refractory"] = true }, "met" },
    { "is undocumented for shingles of which nobody says so",
      { treatments = none, diagnoses = { "B02.29" } }, "undocumented" },
    { "is not asked for again at a repeat",   { treatments = none }, "not applicable", "approve", of = second },
  })

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
