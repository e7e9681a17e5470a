-- Pain rehabilitation programs, Aetna, the edition of 2026.
--
-- Read in public abstracts, not in full: hence confidence A. The edition before it is
-- pain-program-2025.lua. The criteria of each stand alone, so that a change to one never moves the
-- other. C.1 to C.8 are our numbers. What is said about codes, units and hours is general coding
-- practice, not this payer's text, and is the same for both (shared/program-codes.lua).

policy "aetna.pain-program" {
  title    = "Pain rehabilitation programs",
  source   = "Aetna CPB 0237 Chronic Pain Programs, edition of 2026",
  version  = "2026-04-24",
  in_force = { from = "2026-01-01" },
  covers   = codes {
    "cpt:96130-96133", "cpt:96138-96139", "cpt:96164-96165", "cpt:97110", "cpt:97150", "cpt:97162",
    "cpt:97166", "cpt:97535", "cpt:97750", "cpt:99213", "cpt:99243", "cpt:80307", "cpt:80364",
  },
}

-- What may change -------------------------------------------------------------------------

local pain_longer_than = parameter "pain_longer_than" { months(3), cite = "C.2" }

local program = require "shared/program"
local billing = require "shared/program-codes"
local service = request "date_of_service"

define_fact "program.named_urine_panel" {
  kind = "yes-no", question = "Is the brand of urine panel requested that the bulletin names as not covered?",
  document = "pain-form",
}
define_fact "program.named_monitoring" {
  kind = "yes-no", question = "Is the remote-monitoring product requested that the bulletin names as not covered?",
  document = "pain-form",
}

-- The patient ---------------------------------------------------------------------------------

criterion "surgery" {
  cite = "CPB 0237 C.1",
  says = "Surgery or acute treatment is not indicated, or was done first.",
  met  = fact "program.surgery" :is_one_of { "not-indicated", "done-first" },
  ask  = "Physician's note that says whether surgery or acute treatment is indicated.",
  confidence = "A",
}

criterion "chronic-pain" {
  cite = "CPB 0237 C.2",
  says = "The pain does not come from cancer and has lasted more than three months.",
  met  = all_of {
    fact "pain.duration" :more_than(pain_longer_than),
    fact "pain.origin" :is_one_of { "nonmalignant", "herpes-zoster", "psychogenic" },
    fact "pain.origin" :is_not "malignant",
  },
  ask  = "Office note with the beginning of the pain and its diagnosis.",
  confidence = "A",
}

criterion "conventional-treatment" {
  cite = "CPB 0237 C.3",
  says = "Conventional treatment has failed, and the record shows it with dates and results.",
  met  = program.failed_care,
  ask  = "Therapy and medication records: what was tried, when, how much, and with what result.",
  confidence = "A",
}

criterion "single-treatments-failed" {
  cite = "CPB 0237 C.3, single treatments",
  says = "Treatment by one discipline at a time has failed.",
  met  = fact "treatment.single_modality_failed" :is "yes",
  ask  = "Therapy and medication records: what was tried, when, how much, and with what result.",
  confidence = "A",
}

criterion "mental-health" {
  cite = "CPB 0237 C.4",
  says = "Mental health was evaluated, and psychiatric conditions are treated where there are any.",
  met  = all_of {
    fact "psych.evaluated" :is "yes",
    fact "psych.date" :present(),
    fact "psych.conditions" :is_one_of { "none", "treated", "in-treatment" },
    program.conditions_known,
  },
  ask  = "Report of the psychological evaluation, with the treatment of each psychiatric condition.",
  confidence = "A",
}

criterion "evaluation-before-program" {
  cite = "CPB 0237 C.4, before the program",
  says = "The psychological or behavioral evaluation was done before the program begins.",
  met  = fact "psych.date" :on_or_before(service),
  ask  = "Report of the psychological evaluation, with its date.",
  confidence = "A",
}

criterion "impairment" {
  cite = "CPB 0237 C.5",
  says = "The pain significantly impairs work or way of life.",
  met  = fact "function.impact" :is "yes",
  ask  = "Note on what the patient can no longer do, at work and at home.",
  confidence = "A",
}

criterion "referral" {
  cite = "CPB 0237 C.6",
  says = "The primary-care or attending physician refers the patient.",
  met  = fact "referral.by" :is_one_of { "primary-care", "attending" },
  ask  = "Referral of the treating physician.",
  confidence = "A",
}

criterion "cause" {
  cite = "CPB 0237 C.7",
  says = "The cause of the pain is physical or unknown, not purely psychogenic.",
  met  = fact "pain.cause" :is_one_of { "physical", "mixed", "unknown" },
  ask  = "Physician's note on the cause of the pain.",
  confidence = "A",
}

-- What stands against a program, each for itself (C.8). Silence is never an answer ------------------

criterion "not-aggressive" {
  cite = "CPB 0237 C.8, aggression",
  says = "The patient is not aggressive or violent.",
  met  = fact "program.aggressive" :is "no",
  ask  = "Psychology report that speaks of aggression.",
  confidence = "A",
}

criterion "not-suicidal" {
  cite = "CPB 0237 C.8, suicide",
  says = "There is no imminent risk of suicide.",
  met  = any_of {
    fact "safety.suicide_imminent" :is "no",
    fact "safety.suicide_screen" :is "negative",
  },
  ask  = "Psychiatric or psychological note with a suicide screen, such as item 9 of the PHQ-9.",
  confidence = "A",
}

criterion "no-failed-program" {
  cite = "CPB 0237 C.8, earlier program",
  says = "No adequate program of this kind has failed before.",
  met  = fact "program.adequate_one_failed" :is "no",
  ask  = "History of earlier pain programs and their results.",
  confidence = "A",
}

criterion "realistic-expectations" {
  cite = "CPB 0237 C.8, expectations",
  says = "The expectations of the patient are realistic.",
  met  = fact "program.unrealistic_expectations" :is "no",
  ask  = "Psychology report that speaks of expectations and goals.",
  confidence = "A",
}

criterion "medically-stable" {
  cite = "CPB 0237 C.8, medical stability",
  says = "The patient is medically stable.",
  met  = fact "program.medically_stable" :is "yes",
  ask  = "History and physical examination before the program.",
  confidence = "A",
}

criterion "psychologically-stable" {
  cite = "CPB 0237 C.8, psychological stability",
  says = "The patient is psychologically stable.",
  met  = fact "psych.stable" :is "yes",
  ask  = "Psychology report that speaks of stability.",
  confidence = "A",
}

criterion "understands" {
  cite = "CPB 0237 C.8, understanding",
  says = "The patient can understand and follow instructions.",
  met  = fact "program.understands_instructions" :is "yes",
  ask  = "Psychology report that speaks of understanding.",
  confidence = "A",
}

-- The program -------------------------------------------------------------------------------

criterion "several-disciplines" {
  cite = "CPB 0237, not covered: clinics of one discipline",
  says = "The program is run by several disciplines together.",
  met  = fact "program.kind" :is "multidisciplinary",
  ask  = "Written schedule with days, hours and disciplines.",
  confidence = "A",
}

criterion "baseline-tests" {
  cite = "Pain programs, documents",
  says = "Function was tested before the program, with tests that can be repeated.",
  met  = program.baseline_tests,
  ask  = "Baseline tests, such as a six-minute walk, lifting, or a disability index, with dates.",
  confidence = "A",
}

criterion "schedule" {
  cite = "Pain programs, documents",
  says = "There is a written schedule with days, hours and disciplines.",
  met  = fact "program.schedule" :is "yes",
  ask  = "Written schedule with days, hours and disciplines.",
  confidence = "A",
}

criterion "no-named-urine-panel" {
  cite = "CPB 0237, not covered: a named urine panel",
  says = "The named urine panel is not part of the request.",
  met  = none_of { fact "program.named_urine_panel" :is "yes" },
  ask  = "The name of the urine panel.",
  presume_absent = true,
  presume_cite   = "rubric: a request asks for no more than it names",
  confidence = "A",
}

criterion "no-named-monitoring" {
  cite = "CPB 0237, not covered: a remote-monitoring product",
  says = "The named remote-monitoring product is not part of the request.",
  met  = none_of { fact "program.named_monitoring" :is "yes" },
  ask  = "The name of the monitoring product.",
  presume_absent = true,
  presume_cite   = "rubric: a request asks for no more than it names",
  confidence = "A",
}

pathway "inpatient" {
  says = "The program is given in a hospital or a residence.",
  cite = "CPB 0237, inpatient programs",
  when = fact "program.setting" :is_one_of { "inpatient", "residential" },

  criterion "inpatient-days" {
    cite = "CPB 0237, inpatient programs",
    says = "An inpatient program lasts twenty-one days at most.",
    met  = fact "program.inpatient_days" :at_most(days(21)),
    ask  = "Written schedule with the number of inpatient days.",
    confidence = "A",
  },
}

-- Codes, units and hours, line by line; then what a physician must see first -----------------------

billing.codes_and_units()
billing.safeguards()
