-- Facet joint interventions, Medicare. The contractors share one text: one script, registered in
-- registry.lua under each contractor's own number. Leaf numbers (F.1, F.D2 ...) are ours.
--
-- Read in public checklists and answers to questions, not in full: hence mostly confidence A.
-- Since 2023-07-01 hospital outpatient departments need prior authorization for these codes;
-- that is recalled, and changes no rule.

policy "cms.facet-joint" {
  title    = "Facet joint interventions for pain management",
  source   = "CMS LCD family on facet joint interventions (L38801 and its siblings)",
  in_force = { from = "2021-04-25" },
  -- The codes of a third level are covered by the policy so that it can say what is wrong with them.
  covers   = codes { "cpt:64490-64495", "cpt:64633-64636" },
}

local relief = require "shared/relief"

-- What differs by payer -----------------------------------------------------------------------

local pain_lasts        = parameter "pain_lasts"        { months(3), cite = "F.2" }
local diagnostic_relief = parameter "diagnostic_relief" { percent(80), cite = "F.D2, F.T1, F.A1" }
local diagnostic_gap    = parameter "diagnostic_gap"    { weeks(2), cite = "F.D2" }
local lasting_relief    = parameter "lasting_relief"    { percent(50), cite = "F.T2, F.A4, F.C" }
local relief_lasts      = parameter "relief_lasts"      { months(3), cite = "F.T2, F.C" }
local ablation_lasts    = parameter "ablation_lasts"    { months(6), cite = "F.A4" }
local blocks_expire     = parameter "blocks_expire"     { months(24), cite = "F.A5" }
local repeat_window     = parameter "repeat_window"     { months(24), cite = "LCD does not say; as other payers" }
local cap_diagnostic    = parameter "cap_diagnostic"    { sessions(4), cite = "F.N1" }
local cap_therapeutic   = parameter "cap_therapeutic"   { sessions(4), cite = "F.N2" }
local cap_ablation      = parameter "cap_ablation"      { sessions(2), cite = "F.N3" }
local most_levels       = parameter "most_levels"       { levels(2), cite = "F.L" }
-- What says that an injection is a diagnostic one: its modifier KX, or the note.
local purpose_by        = parameter "purpose_by"        { "modifier", choices = { "modifier", "note" }, cite = "F.B1" }

-- Codes ----------------------------------------------------------------------------------------

local injections   = codes { "cpt:64490-64495" }
local ablations    = codes { "cpt:64633-64636" }
local two_levels   = codes { ablations, "cpt:64490-64491", "cpt:64493-64494" }
local added_levels = codes { "cpt:64491-64492", "cpt:64494-64495", "cpt:64634", "cpt:64636" }

-- No code outside of these refuses by itself; it is asked about.
local supports = codes { "M47.812-M47.817", "M47.892-M47.897", "M48.12-M48.17" }
local of_cyst  = codes { "M53.82-M53.87" }
local contrary = codes { "M54.1*", "M47.2*", "M50.1*", "M51.1*", "M54.3*", "M54.4*", "M48.062" }
local thoracolumbar = codes { "M47.815", "M47.895", "M48.15", "M53.85" }

-- Words used more than once --------------------------------------------------------------------

local KINDS = { "facet-injection", "medial-branch-block" }
local HERE  = { "region", "level", "side" }

local service   = request "date_of_service"
local injection = line "code" :in_set(injections)
local ablation  = line "code" :in_set(ablations)
local cyst      = fact "plan.facet_cyst" :is "yes"
local with_kx   = line "modifiers" :contains "KX"

local diagnostic = any_of {
  all_of { purpose_by :is "modifier", with_kx },
  all_of { purpose_by :is "note", fact "plan.purpose" :is "diagnostic" },
}
local therapeutic = any_of {
  all_of { purpose_by :is "modifier", line "modifiers" :is_not "KX" },
  all_of { purpose_by :is "note", fact "plan.purpose" :is "therapeutic" },
}

local asked_injections = records "lines" { kind = "facet-injection", same = "region" }
local asked_ablations  = records "lines" { kind = "radiofrequency-ablation", same = "region" }
local today            = records "lines" { same = "region" } :within(days(1))

-- At the joint of the line: what was done there before.
local blocks       = records "procedures" { kind = KINDS, purpose = "diagnostic", same = HERE } :before(service)
local good_blocks  = relief.at_least(blocks, diagnostic_relief)
local last_block   = blocks:latest()
local treated      = records "procedures" { kind = KINDS, purpose = "therapeutic", same = HERE } :before(service)
local last_treated = treated:latest()
local ablated      = records "procedures" { kind = "radiofrequency-ablation", same = HERE } :before(service)
local last_ablated = ablated:latest()

-- In its region, for the year's limits.
local all_blocks  = records "procedures" { kind = KINDS, purpose = "diagnostic", same = "region" } :before(service)
local all_treated = records "procedures" { kind = KINDS, purpose = "therapeutic", same = "region" } :before(service)
local all_ablated = records "procedures" { kind = "radiofrequency-ablation", same = "region" } :before(service)

local better = relief.of_function(lasting_relief)
local ablated_long_ago = (service - last_ablated:field "performed") :more_than(blocks_expire)

local function in_a_year(earlier, asked) return earlier:within(months(12)):count() + asked:within(months(12)):count() end
local function with_base(code, base)
  return all_of { line "code" :in_set(codes { code }), today { code = codes { base } } :rows() :at_least(1) }
end

-- Indication -----------------------------------------------------------------------------------

criterion "axial-pain" {
  cite   = "LCD covered indications; F.1, axial pain",
  says   = "The pain is in the neck or back itself.",
  met    = fact "pain.axial" :is "yes",
  unless = fact "pain.pattern" :is "axial",
  ask    = "Office note that says where the pain is and where it goes.",
  confidence = "A",
}

criterion "baseline-scale" {
  cite = "LCD covered indications; F.1, measured",
  says = "Pain or function was measured on a named scale.",
  met  = relief.on_a_scale,
  ask  = "A dated score on a named scale, such as the numeric rating scale or the Oswestry index.",
  document = "functional-status",
  confidence = "A",
}

criterion "duration-of-pain" {
  cite = "LCD covered indications; F.2",
  says = "The pain has lasted three months.",
  met  = fact "pain.duration" :at_least(pain_lasts),
  ask  = "Office note with the beginning of the pain.",
  confidence = "A",
}

criterion "conservative-care" {
  cite   = "LCD covered indications; F.3; no number of weeks is named",
  says   = "Conservative care has failed, was not tolerated or must not be given.",
  met    = records "treatments" { conservative = true, outcome = "failed" } :some(),
  unless = any_of {
    fact "conservative.outcome" :is "failed",
    fact "treatment.not_tolerated" :is "yes",
    fact "treatment.contraindicated" :is "yes",
  },
  ask    = "Therapy and medication records with dates and results.",
  document = "therapy-records",
  confidence = "A",
}

criterion "no-untreated-radiculopathy" {
  cite   = "LCD covered indications; F.4",
  says   = "No radiculopathy and no claudication is left untreated, unless a facet cyst is the cause.",
  met    = fact "pain.untreated_radiculopathy" :is "no",
  unless = cyst,
  ask    = "Examination note that speaks of nerve roots and of claudication.",
  confidence = "A",
}

criterion "no-other-cause" {
  cite = "LCD covered indications; F.5",
  says = "No other condition explains the pain.",
  met  = fact "pain.other_pathology" :is "no",
  ask  = "Examination and imaging that speak of other causes.",
  confidence = "A",
}

criterion "diagnosis" {
  cite = "Billing article A58403, diagnoses",
  says = "A diagnosis code is one of a joint without a nerve root; those of other disorders of the back go with a cyst.",
  met  = any_of {
    records "diagnoses" { code = supports } :latest():field "code" :present(),
    all_of { records "diagnoses" { code = of_cyst } :latest():field "code" :present(), cyst },
  },
  ask  = "The diagnosis of the joint that is to be treated.",
  document = "history-physical",
  confidence = "A",
}

criterion "diagnosis-not-radicular" {
  cite   = "Billing article A58403, diagnoses: radiculopathy does not fit",
  says   = "A code of a nerve root does not stand without one of the joint.",
  met    = any_of {
    records "diagnoses" { code = supports } :latest():field "code" :present(),
    records "diagnoses" :none { code = contrary },
  },
  unless = cyst,
  ask    = "The diagnosis that the treatment is for, if it is not the one coded.",
  confidence = "A",
}

criterion "diagnosis-region" {
  cite = "Billing article A58403, regions",
  says = "The diagnosis and the code of the procedure name the same region of the spine.",
  met  = any_of {
    fact "diagnosis.region" :agrees_with(line "region"),
    records "diagnoses" { code = thoracolumbar } :latest():field "code" :present(),
  },
  ask  = "The diagnosis for the region that is to be treated.",
  document = "history-physical",
  confidence = "D",
}

criterion "one-site" {
  cite = "Code structure of 64490 to 64495 and 64633 to 64636, regions",
  says = "The code, the level and the site requested name one region of the spine.",
  met  = line "region" :present(),
  ask  = "Request form with the code and the level of one region.",
  document = "request",
  confidence = "D",
}

-- Technique --------------------------------------------------------------------------------------

criterion "image-guidance" {
  cite = "LCD technique and exclusions; F.A3, F.X3",
  says = "The needle is guided by fluoroscopy or CT, not by ultrasound or MRI.",
  met  = fact "plan.guidance" :is_one_of { "fluoroscopy", "ct" },
  ask  = "Plan of the procedure with the imaging to be used.",
  confidence = "A",
}

criterion "no-third-level" {
  cite = "Billing article A58403, codes of a third level; F.L",
  says = "The codes of a third level are not covered.",
  met  = line "code" :in_set(two_levels),
  reason = "wrong_code", confidence = "A",
}

criterion "injected-levels" {
  cite    = "LCD limitations; F.L",
  says    = "At most two levels are injected in a session, on either side.",
  only_if = injection,
  met     = relief.levels_a_side(today { kind = "facet-injection" }, most_levels),
  ask     = "Request form with the levels and the side.",
  document = "request",
  reason = "units_over_limit", confidence = "A",
}

criterion "ablated-levels" {
  cite    = "LCD limitations; F.L",
  says    = "At most two levels are ablated in a session, on either side.",
  only_if = ablation,
  met     = relief.levels_a_side(today { kind = "radiofrequency-ablation" }, most_levels),
  ask     = "Request form with the levels and the side.",
  document = "request",
  reason = "units_over_limit", confidence = "A",
}

criterion "units" {
  cite = "Code structure of 64490 to 64495 and 64633 to 64636; F.L",
  says = "A line asks for one unit: one level, or both sides of it with modifier 50.",
  met  = all_of { requested.sessions :at_most(1), line "levels" :at_most(levels(1)) },
  ask  = "Request form with a line for each level.",
  document = "request",
  reason = "units_over_limit", confidence = "D",
}

criterion "added-level-with-first" {
  cite    = "Code structure of 64491, 64492, 64494, 64495, 64634 and 64636",
  says    = "An added level is requested together with its first level.",
  only_if = line "code" :in_set(added_levels),
  met     = any_of {
    with_base("cpt:64491-64492", "cpt:64490"), with_base("cpt:64494-64495", "cpt:64493"),
    with_base("cpt:64634", "cpt:64633"), with_base("cpt:64636", "cpt:64635"),
  },
  reason = "wrong_code", confidence = "M",
}

criterion "diagnostic-modifier" {
  cite    = "Billing article A58403, modifier KX; F.B1",
  says    = "Modifier KX stands on every diagnostic line, and on no other: without it an injection counts as treatment.",
  only_if = injection,
  met     = none_of {
    all_of { fact "plan.purpose" :is "diagnostic", line "modifiers" :is_not "KX" },
    all_of { fact "plan.purpose" :is "therapeutic", with_kx },
  },
  presume_absent = true,
  presume_cite   = "Billing article A58403: the modifier is how the request says that an injection is diagnostic",
  ask     = "What the injection is for.",
  document = "consult-note",
  reason = "wrong_code", confidence = "A",
}

-- What excludes it --------------------------------------------------------------------------------

criterion "not-after-fusion-from-the-front" {
  cite = "LCD limitations; F.X1",
  says = "The level was not fused from the front before.",
  met  = fact "plan.after_alif" :is "no",
  ask  = "Note on earlier operations of the spine, with their levels.",
  confidence = "A",
}

criterion "not-at-an-ablated-level" {
  cite    = "LCD limitations; F.X2",
  says    = "No joint is injected that was ablated with good effect.",
  only_if = injection,
  met     = fact "plan.level_ablated" :is "no",
  ask     = "Note on earlier ablations, with their levels and results.",
  confidence = "A",
}

criterion "no-prolotherapy" {
  cite    = "LCD limitations; F.X5",
  says    = "No irritant is injected, as prolotherapy does.",
  only_if = injection,
  met     = fact "plan.prolotherapy" :is "no",
  ask     = "Plan of the procedure with everything that is to be injected.",
  confidence = "A",
}

-- A diagnostic injection ----------------------------------------------------------------------------

pathway "diagnostic" {
  says   = "Is the injection a diagnostic one?",
  cite   = "LCD, diagnostic injections; F.D",
  when   = all_of { injection, diagnostic },
  unless = cyst,

  criterion "diagnostic-sessions" {
    cite = "LCD limitations; F.N1",
    says = "Four diagnostic sessions in the region in twelve months at most, those requested included.",
    met  = in_a_year(all_blocks, asked_injections) :at_most(cap_diagnostic),
    ask  = "The payer's record, or the chart, of all earlier blocks in the region, with what each was for.",
    reason = "units_over_limit", confidence = "A",
  },
}

pathway "second-diagnostic" {
  says   = "Was this joint blocked as a test before?",
  cite   = "LCD, diagnostic injections; F.D2",
  when   = all_of { injection, diagnostic, blocks:within(repeat_window):count() :at_least(1) },
  unless = cyst,

  criterion "gap-between-diagnostics" {
    cite = "LCD, second diagnostic injection; F.D2",
    says = "At least two weeks lie between two diagnostic injections.",
    met  = (service - last_block:field "performed") :at_least(diagnostic_gap),
    ask  = "Date of the last diagnostic injection.",
    confidence = "A",
  },
  criterion "relief-from-first" {
    cite = "LCD, second diagnostic injection; F.D2",
    says = "The diagnostic injection before took away at least eighty percent of the pain.",
    met  = relief.of_last(last_block, diagnostic_relief),
    ask  = "Pain scores before and after the diagnostic injection.",
    document = "procedure-note",
    confidence = "A",
  },
  criterion "first-measured" {
    cite = "LCD, second diagnostic injection; F.D2, measured",
    says = "That relief was measured on a named scale, the one of the baseline, and on a date.",
    met  = relief.measured(last_block),
    ask  = "The name of the scale and the date of each score, before and after.",
    document = "procedure-note",
    confidence = "D",
  },
}

-- A therapeutic injection ---------------------------------------------------------------------------

pathway "therapeutic" {
  says   = "Is the injection a treatment?",
  cite   = "LCD, therapeutic injections; F.T",
  when   = all_of { injection, therapeutic },
  unless = cyst,

  criterion "two-diagnostics" {
    cite = "LCD, therapeutic injections; F.T1",
    says = "Two diagnostic injections of this joint each took away at least eighty percent, measured on a scale and on a date.",
    met  = good_blocks:count() :at_least(2),
    ask  = "Notes of both diagnostic injections, with pain scores before and after.",
    document = "procedure-note",
    confidence = "A",
  },
  criterion "why-not-ablation" {
    cite = "LCD, therapeutic injections; F.T3",
    says = "It is written down why an ablation is not done instead.",
    met  = fact "plan.rfa_unsuitable" :is "yes",
    ask  = "Note with the reason against an ablation.",
    confidence = "A",
  },
  criterion "therapeutic-sessions" {
    cite = "LCD limitations; F.N2",
    says = "Four therapeutic sessions in the region in twelve months at most, those requested included.",
    met  = in_a_year(all_treated, asked_injections) :at_most(cap_therapeutic),
    ask  = "The payer's record, or the chart, of all earlier injections in the region, with what each was for.",
    reason = "units_over_limit", confidence = "A",
  },
}

pathway "therapeutic-again" {
  says   = "Was this joint injected as a treatment before?",
  cite   = "LCD, therapeutic injections; F.T2",
  when   = all_of { injection, therapeutic, treated:within(repeat_window):count() :at_least(1) },
  unless = cyst,

  criterion "relief-from-last" {
    cite   = "LCD, therapeutic injections; F.T2",
    says   = "The last one took away at least half of the pain, or function improved by half.",
    met    = relief.of_last(last_treated, lasting_relief),
    unless = better,
    ask    = "Scores of pain or function before and after the last injection, with dates.",
    confidence = "A",
  },
  criterion "relief-lasted" {
    cite   = "LCD, therapeutic injections; F.T2",
    says   = "That relief lasted three months, and was measured so late.",
    met    = relief.lasted(last_treated, relief_lasts),
    unless = better,
    ask    = "A score three months after the last injection, with its date.",
    confidence = "A",
  },
  criterion "relief-measured" {
    cite   = "LCD, therapeutic injections; F.T2, measured",
    says   = "It was measured on a named scale, the one of the baseline, and on a date.",
    met    = relief.measured(last_treated),
    unless = better,
    ask    = "The name of the scale and the date of each score, before and after.",
    document = "procedure-note",
    confidence = "D",
  },
}

-- A cyst of the joint ---------------------------------------------------------------------------------

pathway "cyst" {
  says = "Is the injection for a cyst of the joint?",
  cite = "LCD, facet joint cyst; F.C",
  when = all_of { injection, therapeutic, cyst },

  criterion "cyst-once-again" {
    cite = "LCD, facet joint cyst; F.C",
    says = "A cyst is treated a second time at most.",
    met  = treated:count() :at_most(1),
    ask  = "The payer's record, or the chart, of all earlier injections of this joint.",
    confidence = "A",
  },
  criterion "cyst-relief" {
    cite    = "LCD, facet joint cyst; F.C",
    says    = "The first time took away at least half of the pain for three months.",
    only_if = treated:count() :at_least(1),
    met     = all_of { relief.of_last(last_treated, lasting_relief), relief.lasted(last_treated, relief_lasts) },
    ask     = "Pain scores before the first injection of the cyst and three months after it.",
    document = "procedure-note",
    confidence = "A",
  },
}

-- An ablation ------------------------------------------------------------------------------------------

pathway "ablation" {
  says = "Is the nerve of the joint to be ablated?",
  cite = "LCD, ablation; F.A",
  when = ablation,

  criterion "blocks-before-ablation" {
    cite    = "LCD, ablation; F.A1",
    says    = "Before a first ablation, two blocks of this joint each took away at least eighty percent, measured on a scale and on a date.",
    only_if = ablated:count() :at_most(0),
    met     = good_blocks:count() :at_least(2),
    ask     = "Notes of both blocks, with pain scores before and after.",
    document = "procedure-note",
    confidence = "A",
  },
  criterion "blocks-at-medial-branch" {
    cite    = "LCD, ablation; F.A1, medial branch",
    says    = "Those blocks reached the nerve of the joint, the medial branch.",
    only_if = any_of { ablated:count() :at_most(0), ablated_long_ago },
    met     = fact "plan.diagnostic_target" :is "medial-branch",
    ask     = "Notes of both blocks that say what was blocked.",
    confidence = "A",
  },
  criterion "thermal" {
    cite = "LCD, ablation and exclusions; F.A2, F.X4",
    says = "The ablation is thermal.",
    met  = fact "plan.rfa_thermal" :is "yes",
    ask  = "Plan of the ablation with the method.",
    confidence = "A",
  },
  criterion "temperature" {
    cite = "LCD, ablation; F.A2",
    says = "It is done at more than eighty degrees Celsius.",
    met  = fact "plan.rfa_temperature" :more_than(degrees(80)),
    ask  = "Plan of the ablation with the temperature.",
    confidence = "A",
  },
  criterion "ablation-sessions" {
    cite = "LCD limitations; F.N3",
    says = "Two ablation sessions in the region in twelve months at most, those requested included.",
    met  = in_a_year(all_ablated, asked_ablations) :at_most(cap_ablation),
    ask  = "The payer's record, or the chart, of all earlier ablations in the region.",
    reason = "units_over_limit", confidence = "A",
  },
}

pathway "ablation-again" {
  says = "Was the nerve of this joint ablated before?",
  cite = "LCD, repeated ablation; F.A4",
  when = all_of { ablation, ablated:count() :at_least(1) },

  criterion "relief-from-ablation" {
    cite   = "LCD, repeated ablation; F.A4",
    says   = "The last ablation took away at least half of the pain, or function improved by half.",
    met    = relief.of_last(last_ablated, lasting_relief),
    unless = better,
    ask    = "Scores of pain or function before and after the last ablation, with dates.",
    confidence = "A",
  },
  criterion "ablation-lasted" {
    cite   = "LCD, repeated ablation; F.A4",
    says   = "That relief lasted six months, and was measured so late.",
    met    = relief.lasted(last_ablated, ablation_lasts),
    unless = better,
    ask    = "A score six months after the last ablation, with its date.",
    confidence = "A",
  },
  criterion "ablation-measured" {
    cite   = "LCD, repeated ablation; F.A4, measured",
    says   = "It was measured on a named scale, the one of the baseline, and on a date.",
    met    = relief.measured(last_ablated),
    unless = better,
    ask    = "The name of the scale and the date of each score, before and after.",
    document = "procedure-note",
    confidence = "D",
  },
  criterion "blocks-since-ablation" {
    cite    = "LCD, repeated ablation; F.A5",
    says    = "Where the last ablation is more than two years ago, two blocks since then each took away at least eighty percent.",
    only_if = ablated_long_ago,
    met     = good_blocks:after(last_ablated:field "performed"):count() :at_least(2),
    ask     = "Notes of both blocks since the last ablation, with pain scores before and after.",
    document = "procedure-note",
    confidence = "A",
  },
}
