-- Outpatient hospital pain rehabilitation programs, Medicare. The three conditions are recalled, not
-- read (hence M), and so is what is not covered. Leaf numbers (O.1 ...) are ours. What is said about
-- codes, units and hours is general coding practice, not this text.

policy "ncd.10-4" {
  title    = "Outpatient hospital pain rehabilitation programs",
  source   = "CMS NCD 10.4 Outpatient Hospital Pain Rehabilitation Programs",
  version  = "1",
  in_force = { from = "2016-01-01" }, -- longstanding, without a date: our choice, as for pumps
  covers   = codes {
    "cpt:96130-96133", "cpt:96138-96139", "cpt:96164-96165", "cpt:97110", "cpt:97150", "cpt:97162",
    "cpt:97166", "cpt:97535", "cpt:97750", "cpt:97799", "cpt:99213", "cpt:99243", "cpt:80307", "cpt:80364",
    "hcpcs:G0480-G0483",
  },
}

local shown   = require "shared/program"
local program = require "shared/program-codes"

local groups  = codes { "cpt:96164-96165", "cpt:97150" }
local assays  = codes { "hcpcs:G0480-G0483" }
local payable = codes {
  "cpt:96130-96133", "cpt:96138-96139", "cpt:96164-96165", "cpt:97110", "cpt:97150", "cpt:97162",
  "cpt:97166", "cpt:97535", "cpt:97750", "cpt:97799", "cpt:99213", "cpt:80307", assays,
}
local needles = codes { "cpt:97810-97811", "cpt:97813-97814" }

define_fact "program.vocational_counseling" {
  kind = "yes-no", question = "Is vocational counselling requested as part of the program?", document = "pain-form",
}
define_fact "program.meals" {
  kind = "yes-no", question = "Are meals requested as part of the program?", document = "pain-form",
}
define_fact "program.acupuncture" {
  kind = "yes-no", question = "Is acupuncture requested as part of the program?", document = "pain-form",
}

-- The three conditions ---------------------------------------------------------------------------

criterion "physical-cause" {
  cite = "NCD 10.4, first condition; O.1",
  says = "The pain has a physical cause.",
  met  = fact "pain.cause" :is_one_of { "physical", "mixed" },
  ask  = "Physician's note on the cause of the pain.",
  confidence = "M",
}

criterion "usual-treatment-failed" {
  cite = "NCD 10.4, second condition; O.2",
  says = "The usual methods of treatment have failed, and the record shows it with dates and results.",
  met  = shown.failed_care,
  ask  = "Therapy and medication records: what was tried, when, how much, and with what result.",
  document = "therapy-records",
  confidence = "M",
}

criterion "loss-of-function" {
  cite = "NCD 10.4, third condition; O.3",
  says = "The pain takes away much of the ability to function independently.",
  met  = fact "function.loss" :is "yes",
  ask  = "Record of what the patient can no longer do alone.",
  confidence = "M",
}

-- The program --------------------------------------------------------------------------------------

criterion "outpatient" {
  cite = "NCD 10.4, outpatient hospital; an inpatient program has NCD 10.3",
  says = "The program is given to outpatients.",
  met  = fact "program.setting" :is "outpatient",
  ask  = "Written schedule that says where the program takes place.",
  confidence = "M",
}

criterion "group-under-plan" {
  cite    = "NCD 10.4, group services; O.4",
  says    = "Services to a group are part of an individual plan of treatment.",
  only_if = line "code" :in_set(groups),
  met     = fact "program.group_under_plan" :is "yes",
  ask     = "Individual plan of treatment that names the group services.",
  confidence = "M",
}

criterion "no-vocational-counseling" {
  cite = "NCD 10.4, not covered; O.5",
  says = "Vocational counselling is not part of the request.",
  met  = none_of { fact "program.vocational_counseling" :is "yes" },
  ask  = "Plan of the program with everything that is requested.",
  presume_absent = true,
  presume_cite   = "rubric: a request asks for no more than it names",
  confidence = "M",
}

criterion "no-meals" {
  cite = "NCD 10.4, not covered; O.6",
  says = "Meals for outpatients are not part of the request.",
  met  = none_of { fact "program.meals" :is "yes" },
  ask  = "Plan of the program with everything that is requested.",
  presume_absent = true,
  presume_cite   = "rubric: a request asks for no more than it names",
  confidence = "M",
}

criterion "no-acupuncture" {
  cite = "NCD 10.4, not covered; O.7",
  says = "Acupuncture is not part of the request.",
  met  = none_of { fact "program.acupuncture" :is "yes", records "lines" :some { code = needles } },
  ask  = "Plan of the program with everything that is requested.",
  presume_absent = true,
  presume_cite   = "rubric: a request asks for no more than it names",
  confidence = "M",
}

-- Codes, units and hours, line by line ----------------------------------------------------------------

criterion "payable-code" {
  cite = "Medicare, consultations since 2010 and assays of single drugs",
  says = "Medicare pays no consultation code, and assays of single drugs under codes of its own.",
  met  = line "code" :in_set(payable),
  reason = "wrong_code", confidence = "M",
}

criterion "assay-units" {
  cite    = "Unit of G0480 to G0483, a day",
  says    = "An assay is billed once a day.",
  only_if = line "code" :in_set(assays),
  met     = records "lines" { code = assays } :sum "units" :at_most(units(fact "program.days_requested")),
  ask     = "Written schedule with the number of program days, and the units of each line.",
  reason = "units_over_limit", confidence = "M",
}

program.codes_and_units()

-- Safeguards ------------------------------------------------------------------------------------------

program.safeguards()
