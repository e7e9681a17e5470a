-- Pain rehabilitation programs, Aetna, the edition before 2026.
--
-- The criteria were read in the public text (confidence P). When it began and ended was not:
-- in_force is our choice (M), so that 2026-01-01 is the first day of pain-program.lua. The criteria
-- of each edition stand alone. C.1 to C.8 are our numbers. What is said about codes, units and hours
-- is general coding practice, not this payer's text, and is the same for both.

policy "aetna.pain-program" {
  title    = "Pain rehabilitation programs",
  source   = "Aetna CPB 0237 Chronic Pain Programs, older edition",
  version  = "2025-12-31",
  in_force = { from = "2016-01-01", to = "2025-12-31" },
  covers   = codes {
    "cpt:96130-96133", "cpt:96138-96139", "cpt:96164-96165", "cpt:97110", "cpt:97150", "cpt:97162",
    "cpt:97166", "cpt:97535", "cpt:97750", "cpt:99213", "cpt:99243", "cpt:80307", "cpt:80364",
  },
}

-- What may change -------------------------------------------------------------------------

local pain_at_least = parameter "pain_at_least" { months(6), cite = "C.2" }

local program = require "shared/program"
local billing = require "shared/program-codes"

-- The patient ---------------------------------------------------------------------------------

criterion "surgery" {
  cite = "CPB 0237 C.1",
  says = "Surgery or acute treatment is not indicated, or was done first.",
  met  = fact "program.surgery" :is_one_of { "not-indicated", "done-first" },
  ask  = "Physician's note that says whether surgery or acute treatment is indicated.",
  confidence = "P",
}

criterion "chronic-pain" {
  cite = "CPB 0237 C.2",
  says = "The pain does not come from cancer and has lasted at least six months.",
  met  = all_of {
    fact "pain.duration" :at_least(pain_at_least),
    fact "pain.origin" :is_one_of { "nonmalignant", "herpes-zoster", "psychogenic" },
    fact "pain.origin" :is_not "malignant",
  },
  ask  = "Office note with the beginning of the pain and its diagnosis.",
  confidence = "P",
}

criterion "conventional-treatment" {
  cite = "CPB 0237 C.3",
  says = "Conventional treatment has failed, and the record shows it with dates and results.",
  met  = program.failed_care,
  ask  = "Therapy and medication records: what was tried, when, how much, and with what result.",
  confidence = "P",
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
  confidence = "P",
}

criterion "impairment" {
  cite = "CPB 0237 C.5",
  says = "The pain significantly impairs work or way of life.",
  met  = fact "function.impact" :is "yes",
  ask  = "Note on what the patient can no longer do, at work and at home.",
  confidence = "P",
}

criterion "referral" {
  cite = "CPB 0237 C.6",
  says = "The primary-care or attending physician refers the patient.",
  met  = fact "referral.by" :is_one_of { "primary-care", "attending" },
  ask  = "Referral of the treating physician.",
  confidence = "P",
}

criterion "cause" {
  cite = "CPB 0237 C.7",
  says = "The cause of the pain is physical or unknown, not purely psychogenic.",
  met  = fact "pain.cause" :is_one_of { "physical", "mixed", "unknown" },
  ask  = "Physician's note on the cause of the pain.",
  confidence = "P",
}

-- What stands against a program, each for itself (C.8). Silence is never an answer ------------------

criterion "not-aggressive" {
  cite = "CPB 0237 C.8, aggression",
  says = "The patient is not aggressive or violent.",
  met  = fact "program.aggressive" :is "no",
  ask  = "Psychology report that speaks of aggression.",
  confidence = "P",
}

criterion "not-suicidal" {
  cite = "CPB 0237 C.8, suicide",
  says = "There is no imminent risk of suicide.",
  met  = any_of {
    fact "safety.suicide_imminent" :is "no",
    fact "safety.suicide_screen" :is "negative",
  },
  ask  = "Psychiatric or psychological note with a suicide screen, such as item 9 of the PHQ-9.",
  confidence = "P",
}

criterion "no-failed-program" {
  cite = "CPB 0237 C.8, earlier program",
  says = "No adequate program of this kind has failed before.",
  met  = fact "program.adequate_one_failed" :is "no",
  ask  = "History of earlier pain programs and their results.",
  confidence = "P",
}

criterion "realistic-expectations" {
  cite = "CPB 0237 C.8, expectations",
  says = "The expectations of the patient are realistic.",
  met  = fact "program.unrealistic_expectations" :is "no",
  ask  = "Psychology report that speaks of expectations and goals.",
  confidence = "P",
}

criterion "medically-stable" {
  cite = "CPB 0237 C.8, medical stability",
  says = "The patient is medically stable.",
  met  = fact "program.medically_stable" :is "yes",
  ask  = "History and physical examination before the program.",
  confidence = "P",
}

criterion "understands" {
  cite = "CPB 0237 C.8, understanding",
  says = "The patient can understand and follow instructions.",
  met  = fact "program.understands_instructions" :is "yes",
  ask  = "Psychology report that speaks of understanding.",
  confidence = "P",
}

-- The program -------------------------------------------------------------------------------

criterion "outpatient" {
  cite = "CPB 0237, outpatient programs (what it says of others was not read)",
  says = "The program is an outpatient one.",
  met  = fact "program.setting" :is "outpatient",
  ask  = "Written schedule with the setting of the program.",
  confidence = "D",
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

-- Codes, units and hours, line by line; then what a physician must see first -----------------------

billing.codes_and_units()
billing.safeguards()
