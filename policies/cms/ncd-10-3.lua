-- Inpatient hospital pain rehabilitation programs, Medicare. What such a program is was read in the
-- national text (P); the length of the stay and the passes are recalled or read in abstracts.
-- Leaf numbers (I.1 ...) are ours.
--
-- The stay is requested by the days of its program (97799) or by what is done in it, at a place of
-- service for inpatients: the registry tells it by that from a program for outpatients.

policy "ncd.10-3" {
  title    = "Inpatient hospital pain rehabilitation programs",
  source   = "CMS NCD 10.3 Inpatient Hospital Pain Rehabilitation Programs",
  version  = "1",
  in_force = { from = "2016-01-01" }, -- longstanding, without a date: our choice, as for pumps
  covers   = codes {
    "cpt:96130-96133", "cpt:96138-96139", "cpt:96164-96165", "cpt:97110", "cpt:97150", "cpt:97162",
    "cpt:97166", "cpt:97535", "cpt:97750", "cpt:97799", "cpt:80307", "hcpcs:G0480-G0483",
  },
}

local lines = records "lines" { code = codes { "cpt:97799" } }
local parts = fact "program.components"
local stay  = fact "program.inpatient_days"

criterion "several-disciplines" {
  cite = "NCD 10.3, coordinated team; I.1",
  says = "A team of several disciplines runs the program together.",
  met  = fact "program.kind" :is "multidisciplinary",
  ask  = "Description of the program with its team.",
  confidence = "P",
}

criterion "controlled-setting" {
  cite = "NCD 10.3, controlled environment; I.2",
  says = "The patient needs the controlled setting of a hospital.",
  met  = fact "program.controlled_setting" :is "yes",
  ask  = "Physician's note that says why the program cannot be given to an outpatient.",
  confidence = "P",
}

-- What the program consists of, each for itself ----------------------------------------------------

criterion "diagnostic-testing" {
  cite = "NCD 10.3, parts of a program; I.3",
  says = "The program has diagnostic testing.",
  met  = parts:is "diagnostic-testing",
  ask  = "Description of the program with all its parts.",
  confidence = "P",
}

criterion "skilled-nursing" {
  cite = "NCD 10.3, parts of a program; I.4",
  says = "The program has skilled nursing that watches the response of the patient.",
  met  = parts:is "skilled-nursing",
  ask  = "Description of the program with all its parts.",
  confidence = "P",
}

criterion "psychotherapy" {
  cite = "NCD 10.3, parts of a program; I.5",
  says = "The program has psychotherapy.",
  met  = parts:is "psychotherapy",
  ask  = "Description of the program with all its parts.",
  confidence = "P",
}

criterion "drug-withdrawal" {
  cite   = "NCD 10.3, parts of a program; I.6",
  says   = "Pain drugs are withdrawn step by step, unless there are none.",
  met    = parts:is "drug-withdrawal",
  unless = fact "meds.opioids" :is "no",
  ask    = "Description of the program with all its parts, and the medication list.",
  confidence = "P",
}

criterion "physical-therapy" {
  cite = "NCD 10.3, parts of a program; I.7",
  says = "The program has physical therapy.",
  met  = parts:is "physical-therapy",
  ask  = "Description of the program with all its parts.",
  confidence = "P",
}

criterion "occupational-therapy" {
  cite = "NCD 10.3, parts of a program; I.8",
  says = "The program has occupational therapy.",
  met  = parts:is "occupational-therapy",
  ask  = "Description of the program with all its parts.",
  confidence = "P",
}

criterion "devices-and-activities" {
  cite = "NCD 10.3, parts of a program; I.9",
  says = "The program uses devices or activities that relieve pain.",
  met  = parts:is "devices",
  ask  = "Description of the program with all its parts.",
  confidence = "P",
}

-- The stay ---------------------------------------------------------------------------------------------

criterion "length-of-stay" {
  cite   = "NCD 10.3, length of stay; I.10",
  says   = "The stay lasts four weeks at most, or the need for a longer one is written down.",
  met    = stay:at_most(days(28)),
  unless = fact "program.longer_stay_documented" :is "yes",
  ask    = "Plan with the days of the stay, and the reason if they are more than twenty-eight.",
  confidence = "M",
}

criterion "inpatient" {
  cite = "NCD 10.3, inpatient hospital; a program for outpatients has NCD 10.4",
  says = "The program is given to inpatients of a hospital.",
  met  = fact "program.setting" :is "inpatient",
  ask  = "Plan that says where the program takes place.",
  confidence = "P",
}

criterion "days-requested" {
  cite    = "NCD 10.3, length of stay; units of 97799, a day (our reading)",
  says    = "No more days are requested than the plan has.",
  only_if = line "code" :in_set(codes { "cpt:97799" }),
  met     = lines :sum "units" :at_most(units(stay)),
  ask     = "Plan with the days of the stay, and the units of each line.",
  document = "request",
  reason = "units_over_limit", confidence = "D",
}

criterion "no-frequent-passes" {
  cite = "NCD 10.3, passes; I.11",
  says = "The patient does not often leave on a pass: who may, needs no hospital.",
  met  = fact "program.frequent_passes" :is "no",
  ask  = "Plan, or notes of the stay, that speak of passes.",
  confidence = "M",
}
