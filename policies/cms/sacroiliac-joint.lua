-- Sacroiliac joint injections, Medicare. Five contractors share one text; Novitas and First Coast
-- have none. Leaf numbers (S.1, S.D ...) are ours. Read in public summaries and questions and
-- answers of the contractors, not in full: hence confidence A.

policy "cms.sacroiliac-joint" {
  title    = "Sacroiliac joint injections and procedures",
  source   = "CMS LCD family on sacroiliac joint injections (L39462 and its siblings)",
  in_force = { from = "2023-03-19" },
  -- The ablation is covered by the policy so that it can say that it is not covered by the payer.
  covers   = codes { "cpt:27096", "cpt:64451", "cpt:64625", "hcpcs:G0260" },
}

local relief = require "shared/relief"

-- What may change ------------------------------------------------------------------------------

local pain_lasts        = parameter "pain_lasts"        { months(3), cite = "S.2" }
local care_weeks        = parameter "care_weeks"        { weeks(4), cite = "S.6" }
local diagnostic_relief = parameter "diagnostic_relief" { percent(75), cite = "S.D1, S.T1" }
local lasting_relief    = parameter "lasting_relief"    { percent(50), cite = "S.T2" }
local relief_lasts      = parameter "relief_lasts"      { months(3), cite = "S.T2" }
local repeat_window     = parameter "repeat_window"     { months(24), cite = "LCD does not say; as other payers" }
local cap_diagnostic    = parameter "cap_diagnostic"    { sessions(2), cite = "S.N1" }
local cap_therapeutic   = parameter "cap_therapeutic"   { sessions(4), cite = "S.N2" }

-- Codes ------------------------------------------------------------------------------------------

local injections = codes { "cpt:27096", "cpt:64451", "hcpcs:G0260" }
-- No code outside of these refuses by itself; it is asked about.
local supports   = codes { "M43.28", "M46.1", "M47.818", "M53.3" }
-- The diagnosis of an injection without imaging, which has the code 20552.
local no_imaging = codes { "M79.18" }

-- Words used more than once ----------------------------------------------------------------------

local service   = request "date_of_service"
local injection = line "code" :in_set(injections)
local with_kx   = line "modifiers" :contains "KX"
local without_kx = line "modifiers" :is_not "KX"
local here      = records "lines" { kind = "sacroiliac-injection" }
local today     = records "lines" :within(days(1))

local tests        = records "procedures" { kind = "sacroiliac-injection", purpose = "diagnostic" } :before(service)
local treatments   = records "procedures" { kind = "sacroiliac-injection", purpose = "therapeutic" } :before(service)
local joint_tests  = records "procedures" { kind = "sacroiliac-injection", purpose = "diagnostic", same = "side" }
                       :before(service)
local joint_treated = records "procedures" { kind = "sacroiliac-injection", purpose = "therapeutic", same = "side" }
                       :before(service)
local last_test    = joint_tests:latest()
local last_treated = joint_treated:latest()
local better       = relief.of_function(lasting_relief)

local function in_a_year(records_of) return records_of:within(months(12)):count() + here:within(months(12)):count() end
local function positive(test) return fact("sacroiliac." .. test) :is "positive" end

-- Indication -------------------------------------------------------------------------------------

criterion "pain-over-the-joint" {
  cite = "LCD covered indications; S.1",
  says = "The pain is over the sacroiliac joint.",
  met  = fact "pain.over_sacroiliac_joint" :is "yes",
  ask  = "Office note that says where the pain is.",
  confidence = "A",
}

criterion "duration-of-pain" {
  cite = "LCD covered indications; S.2",
  says = "The pain has lasted three months.",
  met  = fact "pain.duration" :at_least(pain_lasts),
  ask  = "Office note with the beginning of the pain.",
  confidence = "A",
}

criterion "below-l5" {
  cite = "LCD covered indications; S.3",
  says = "The pain is below L5, without a sign of a nerve root.",
  met  = fact "pain.below_l5" :is "yes",
  ask  = "Examination note that speaks of nerve roots.",
  confidence = "A",
}

criterion "no-other-cause" {
  cite = "LCD covered indications; S.4",
  says = "Neither examination nor imaging suggests another cause of the pain.",
  met  = fact "pain.other_pathology" :is "no",
  ask  = "Examination and imaging that speak of other causes.",
  confidence = "A",
}

criterion "three-positive-tests" {
  cite = "LCD covered indications; S.5; pointing at the joint with a finger does not count",
  says = "Three of six tests of the joint are positive: FABER, Gaenslen, thigh thrust, compression, distraction, Yeoman.",
  met  = at_least(3, {
    positive "faber", positive "gaenslen", positive "thigh_thrust",
    positive "compression", positive "distraction", positive "yeoman",
  }),
  ask  = "Examination note with the result of each test.",
  confidence = "A",
}

criterion "conservative-care" {
  cite   = "LCD covered indications; S.6",
  says   = "Four weeks of conservative care have failed, or it was not tolerated or must not be given.",
  met    = records "treatments" { conservative = true, outcome = "failed" } :total_duration() :at_least(care_weeks),
  unless = any_of {
    fact "treatment.not_tolerated" :is "yes",
    fact "treatment.contraindicated" :is "yes",
    all_of { fact "conservative.weeks" :at_least(care_weeks), fact "conservative.outcome" :is "failed" },
  },
  ask    = "Therapy and medication records with dates and results.",
  document = "therapy-records",
  confidence = "A",
}

criterion "baseline-scale" {
  cite = "LCD documentation, same scale before and after",
  says = "Pain or function was measured on a named scale.",
  met  = relief.on_a_scale,
  ask  = "A dated score on a named scale, such as the numeric rating scale or the Oswestry index.",
  document = "functional-status",
  confidence = "A",
}

criterion "diagnosis" {
  cite = "Billing article A59244, diagnoses",
  says = "A diagnosis code is one of the sacroiliac joint.",
  met  = records "diagnoses" { code = supports } :latest():field "code" :present(),
  ask  = "The diagnosis of the joint that is to be injected.",
  document = "history-physical",
  confidence = "A",
}

-- Technique and codes --------------------------------------------------------------------------------

criterion "not-an-ablation" {
  cite = "LCD limitations; S.X1",
  says = "An ablation of the nerves of this joint is not covered; injections are.",
  met  = line "code" :in_set(injections),
  reason = "wrong_code", confidence = "A",
}

criterion "image-guidance" {
  cite    = "LCD technique; S.7; billing article A59244 on 20552",
  says    = "The needle is guided by fluoroscopy or CT, or by ultrasound where contrast cannot be given. Without imaging it is no injection of the joint: that has the code 20552.",
  only_if = injection,
  met     = fact "plan.guidance" :is_one_of { "fluoroscopy", "ct" },
  unless  = all_of {
    fact "plan.guidance" :is "ultrasound",
    any_of { fact "safety.contrast_allergy" :is "yes", fact "safety.pregnancy" :is "yes" },
  },
  ask     = "Plan of the procedure with the imaging to be used.",
  confidence = "A",
}

criterion "contrast" {
  cite    = "LCD technique; S.7, contrast",
  says    = "Contrast is used, unless an allergy or a pregnancy is documented.",
  only_if = injection,
  met     = fact "plan.contrast" :is "yes",
  unless  = any_of { fact "safety.contrast_allergy" :is "yes", fact "safety.pregnancy" :is "yes" },
  ask     = "Plan of the procedure that names contrast, or the allergy to it.",
  confidence = "A",
}

criterion "diagnosis-of-the-joint" {
  cite = "Billing article A59244, 20552 with M79.18",
  says = "Muscle pain by itself is the diagnosis of an injection without imaging, not of one into the joint.",
  met  = any_of {
    records "diagnoses" { code = supports } :latest():field "code" :present(),
    records "diagnoses" :none { code = no_imaging },
  },
  ask  = "The diagnosis that the injection is for, if it is not the one coded.",
  document = "history-physical",
  confidence = "A",
}

criterion "facility-code" {
  cite    = "Billing article A59244, G0260",
  says    = "G0260 is the code of a facility: an outpatient hospital or a surgery center.",
  only_if = line "code" :is "G0260",
  met     = line "place" :is_one_of { "19", "22", "24" },
  ask     = "Request form with the place of service.",
  document = "request",
  reason = "wrong_code", confidence = "A",
}

criterion "one-way-a-side" {
  cite    = "Billing article A59244, 27096 and 64451",
  says    = "The joint and its nerves are not both injected on one side.",
  only_if = line "code" :in_set(codes { "cpt:27096", "cpt:64451" }),
  met     = none_of {
    all_of { today { side = { "right", "bilateral" }, code = codes { "cpt:27096" } } :rows() :at_least(1),
             today { side = { "right", "bilateral" }, code = codes { "cpt:64451" } } :rows() :at_least(1) },
    all_of { today { side = { "left", "bilateral" }, code = codes { "cpt:27096" } } :rows() :at_least(1),
             today { side = { "left", "bilateral" }, code = codes { "cpt:64451" } } :rows() :at_least(1) },
  },
  ask     = "Request form with the side of each line.",
  document = "request",
  reason = "wrong_code", confidence = "A",
}

criterion "side-stated" {
  cite    = "Billing article A59244, modifiers",
  says    = "The side is stated.",
  only_if = injection,
  met     = line "side" :present(),
  ask     = "Request form with the side.",
  document = "request",
  confidence = "A",
}

criterion "bilateral-modifier" {
  cite    = "Billing article A59244, modifier 50",
  says    = "Both sides are one line with modifier 50; a surgery center names them on two lines.",
  only_if = all_of { injection, line "side" :is "bilateral", line "place" :is_not "24" },
  met     = line "modifiers" :contains "50",
  ask     = "Request form with the side, the place and the modifiers.",
  document = "request",
  reason = "wrong_code", confidence = "A",
}

criterion "diagnostic-modifier" {
  cite    = "Billing article A59244, modifier KX",
  says    = "Modifier KX stands on every diagnostic line, and on no other: without it an injection counts as treatment.",
  only_if = injection,
  met     = none_of {
    all_of { fact "plan.purpose" :is "diagnostic", without_kx },
    all_of { fact "plan.purpose" :is "therapeutic", with_kx },
  },
  presume_absent = true,
  presume_cite   = "Billing article A59244: the modifier is how the request says that an injection is diagnostic",
  ask     = "What the injection is for.",
  document = "consult-note",
  reason = "wrong_code", confidence = "A",
}

criterion "units" {
  cite = "Code structure of 27096, 64451 and G0260",
  says = "A line asks for one unit: one side, or both with modifier 50.",
  met  = requested.sessions :at_most(1),
  ask  = "What the further units are for.",
  document = "request",
  reason = "units_over_limit", confidence = "D",
}

-- A diagnostic injection ---------------------------------------------------------------------------------

pathway "diagnostic" {
  says = "Is the injection a diagnostic one?",
  cite = "LCD, diagnostic injections; S.D",
  when = all_of { injection, with_kx },

  criterion "diagnostic-sessions" {
    cite = "LCD limitations; S.N1",
    says = "Two diagnostic sessions in twelve months at most, on either side or both, those requested included.",
    met  = in_a_year(tests) :at_most(cap_diagnostic),
    ask  = "The payer's record, or the chart, of all earlier injections, with what each was for.",
    reason = "units_over_limit", confidence = "A",
  },
}

pathway "second-diagnostic" {
  says = "Was this joint injected as a test before?",
  cite = "LCD, diagnostic injections; S.D1",
  when = all_of { injection, with_kx, joint_tests:within(repeat_window):count() :at_least(1) },

  criterion "relief-from-first" {
    cite = "LCD, diagnostic injections; S.D1",
    says = "The diagnostic injection before took away at least seventy-five percent of the pain.",
    met  = relief.of_last(last_test, diagnostic_relief),
    ask  = "Pain scores before and after the diagnostic injection.",
    document = "procedure-note",
    confidence = "D",
  },
  criterion "first-measured" {
    cite = "LCD documentation, same scale before and after",
    says = "That relief was measured on a named scale, the one of the baseline, and on a date.",
    met  = relief.measured(last_test),
    ask  = "The name of the scale and the date of each score, before and after.",
    document = "procedure-note",
    confidence = "A",
  },
}

-- A therapeutic injection ---------------------------------------------------------------------------------

pathway "therapeutic" {
  says = "Is the injection a treatment?",
  cite = "LCD, therapeutic injections; S.T",
  when = all_of { injection, without_kx },

  criterion "good-diagnostic" {
    cite = "LCD, therapeutic injections; S.T1",
    says = "A diagnostic injection of this joint took away at least seventy-five percent, measured on a scale and on a date.",
    met  = relief.at_least(joint_tests, diagnostic_relief):count() :at_least(1),
    ask  = "Note of the diagnostic injection, with pain scores before and after.",
    document = "procedure-note",
    confidence = "A",
  },
  criterion "therapeutic-sessions" {
    cite = "LCD limitations; S.N2",
    says = "Four therapeutic sessions in twelve months at most, on either side or both, those requested included.",
    met  = in_a_year(treatments) :at_most(cap_therapeutic),
    ask  = "The payer's record, or the chart, of all earlier injections, with what each was for.",
    reason = "units_over_limit", confidence = "A",
  },
}

pathway "therapeutic-again" {
  says = "Was this joint injected as a treatment before?",
  cite = "LCD, therapeutic injections; S.T2",
  when = all_of { injection, without_kx, joint_treated:within(repeat_window):count() :at_least(1) },

  criterion "relief-from-last" {
    cite   = "LCD, therapeutic injections; S.T2",
    says   = "The last one took away at least half of the pain, or function improved by half.",
    met    = relief.of_last(last_treated, lasting_relief),
    unless = better,
    ask    = "Scores of pain or function before and after the last injection, with dates.",
    confidence = "A",
  },
  criterion "relief-lasted" {
    cite = "LCD, therapeutic injections; S.T2",
    says = "That improvement, of pain or of function, lasted three months, and was measured so late.",
    met  = relief.lasted(last_treated, relief_lasts),
    ask  = "A score three months after the last injection, with its date.",
    document = "procedure-note",
    confidence = "A",
  },
  criterion "relief-measured" {
    cite = "LCD documentation, same scale before and after",
    says = "It was measured on a named scale, the one of the baseline, and on a date.",
    met  = relief.measured(last_treated),
    ask  = "The name of the scale and the date of each score, before and after.",
    document = "procedure-note",
    confidence = "A",
  },
}
