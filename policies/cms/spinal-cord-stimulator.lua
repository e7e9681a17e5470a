-- Spinal cord stimulators, Medicare: the national text, with the percentages that the contractors
-- add (L37632 among others). Leaf numbers (N.1 ...) are ours.
--
-- A request is for a trial, for the permanent implant, or for a revision. The code of a lead does not
-- say which of the first two; the note does.

policy "cms.spinal-cord-stimulator" {
  title    = "Spinal cord stimulators for chronic pain",
  source   = "CMS NCD 160.7 Electrical Nerve Stimulators; LCD L37632 among others",
  in_force = { from = "2018-01-29" }, -- of L37632; the national text itself is of 1995-08-07
  covers   = codes {
    "cpt:63650", "cpt:63655", "cpt:63661-63664", "cpt:63685", "cpt:63688", "hcpcs:L8679-L8689",
  },
}

-- What differs by payer -----------------------------------------------------------------------

local trial_relief    = parameter "trial_relief"    { percent(50), cite = "N.5; LCD L37632" }
local analgesic_saved = parameter "analgesic_saved" { percent(50), cite = "N.5; LCD L37632" }

-- Codes ----------------------------------------------------------------------------------------

local leads      = codes { "cpt:63650", "cpt:63655", "hcpcs:L8680" }
local generators = codes { "cpt:63685", "hcpcs:L8679", "hcpcs:L8685-L8688" }
local revisions  = codes { "cpt:63661-63664", "cpt:63688", "hcpcs:L8681", "hcpcs:L8684", "hcpcs:L8689" }
-- No code outside of these refuses by itself; it is asked about.
local supports   = codes { "M96.1", "G90.50-G90.59", "G89.4", "G57.70-G57.73", "E11.42" }

-- Words used more than once --------------------------------------------------------------------

local service     = request "date_of_service"
local lines       = records "lines"
local lead        = lines:some { code = leads }
local generator   = lines:some { code = generators }
local stated      = fact "stimulator.phase"
-- A generator alone, in place of another.
local exchange    = all_of { fact "stimulator.generator_replacement" :is "yes", generator, lines:none { code = leads } }
-- A lead and a generator together are an implant, whatever they are called.
local revised     = all_of { stated:is "revision", any_of { lines:none { code = leads }, lines:none { code = generators } } }
local no_implant  = any_of { exchange, revised }

-- Every request --------------------------------------------------------------------------------

criterion "phase" {
  cite    = "NCD 160.7, trial before implant; the request must say which (our definition)",
  says    = "The request says whether the lead is for a trial, for good, or for a revision.",
  only_if = all_of { lead, lines:none { code = generators } },
  met     = stated:present(),
  ask     = "Plan of the procedure: trial, permanent implant or revision.",
  confidence = "D",
}

criterion "phase-fits-codes" {
  cite    = "NCD 160.7, trial before implant; codes (our definition)",
  says    = "A trial has no generator that stays.",
  only_if = generator,
  met     = none_of { stated:is "trial" },
  presume_absent = true,
  presume_cite   = "rubric: a generator that stays is an implant, unless somebody calls it a trial",
  ask     = "Plan of the procedure: trial or permanent implant.",
  confidence = "D",
}

criterion "one-generator" {
  cite    = "Code structure of 63685, 63688 and the generators L8679, L8685 to L8688",
  says    = "One generator is asked for.",
  only_if = line "code" :in_set(codes { "cpt:63685", "cpt:63688", "hcpcs:L8679", "hcpcs:L8685-L8688" }),
  met     = requested.sessions :at_most(1),
  ask     = "What the further units are for.",
  document = "request",
  reason = "units_over_limit", confidence = "D",
}

-- A trial or a first implant ----------------------------------------------------------------------

pathway "implant" {
  says   = "Is a lead or a generator put in, and not only exchanged?",
  cite   = "NCD 160.7, conditions",
  when   = any_of { lead, generator },
  unless = no_implant,

  criterion "diagnosis" {
    cite = "Billing articles of the contractors, diagnoses",
    says = "A diagnosis code is one that these stimulators are used for: after back surgery, regional pain syndrome, causalgia, diabetic nerve pain, chronic pain syndrome.",
    met  = records "diagnoses" { code = supports } :latest():field "code" :present(),
    ask  = "The diagnosis that the stimulator is for.",
    document = "history-physical",
    confidence = "M",
  },
  criterion "last-resort" {
    cite = "NCD 160.7, first condition; N.1",
    says = "The stimulator is a late or a last resort.",
    met  = fact "stimulator.last_resort" :is "yes",
    ask  = "Consultation note on what else was considered.",
    confidence = "A",
  },
  criterion "drugs-tried" {
    cite = "NCD 160.7, second condition; N.2, drugs",
    says = "Drugs were tried without success, or do not suit the patient.",
    met  = fact "treatment.drug_tried" :is "yes",
    ask  = "Drug history with doses, dates and results.",
    confidence = "A",
  },
  criterion "surgery-tried" {
    cite = "NCD 160.7, second condition; N.2, surgery",
    says = "Surgery was tried without success, or does not suit the patient.",
    met  = fact "treatment.surgery_tried" :is "yes",
    ask  = "Surgeon's note on what was done or is not advised.",
    confidence = "A",
  },
  criterion "physical-treatment-tried" {
    cite = "NCD 160.7, second condition; N.2, physical treatment",
    says = "Physical treatment was tried without success, or does not suit the patient.",
    met  = fact "treatment.physical_tried" :is "yes",
    ask  = "Therapy records with dates and results.",
    confidence = "A",
  },
  criterion "psychological-treatment-tried" {
    cite = "NCD 160.7, second condition; N.2, psychological treatment",
    says = "Psychological treatment was tried without success, or does not suit the patient.",
    met  = fact "treatment.psychological_tried" :is "yes",
    ask  = "Psychology records with dates and results.",
    confidence = "A",
  },
  criterion "screened-by-team" {
    cite = "NCD 160.7, third condition; N.3",
    says = "A team of several disciplines screened the patient, in body and mind.",
    met  = fact "stimulator.screened" :is "yes",
    ask  = "Reports of the physical and the psychological screening.",
    confidence = "A",
  },
  criterion "facilities" {
    cite = "NCD 160.7, fourth condition; N.4",
    says = "Facilities, equipment and staff for it and for its aftercare are there.",
    met  = fact "stimulator.facility_available" :is "yes",
    ask  = "Statement of the facility.",
    confidence = "A",
  },
}

pathway "permanent" {
  says   = "Is the stimulator to stay?",
  cite   = "NCD 160.7, fifth condition",
  when   = any_of { generator, stated:is "permanent" },
  unless = no_implant,

  criterion "trial-relief" {
    cite   = "NCD 160.7, fifth condition, with the percentages of the contractors; N.5",
    says   = "A temporary electrode took away at least half of the pain, or half of the pain drugs.",
    met    = fact "stimulator.trial_relief_percent" :at_least(trial_relief),
    unless = fact "trial.analgesic_reduction" :at_least(analgesic_saved),
    ask    = "Report of the trial with pain scores, or drug doses, before and at its end.",
    confidence = "P",
  },
  criterion "trial-first" {
    cite = "NCD 160.7, fifth condition; N.5, the order",
    says = "The trial was over before the stimulator is to be put in.",
    met  = fact "stimulator.trial_ended" :on_or_before(service),
    ask  = "Report of the trial with its dates.",
    confidence = "A",
  },
  criterion "tracking-number" {
    cite    = "CGS and NGS on hospital outpatient departments: prior authorization of 63650 since 2021-07-01",
    says    = "In an outpatient hospital, the lead that stays carries the authorization number of the trial.",
    only_if = all_of {
      line "code" :in_set(codes { "cpt:63650" }), line "place" :is_one_of { "19", "22" },
      line "date" :on_or_after(date "2021-07-01"),
    },
    met     = request "prior_authorization" :present(),
    ask     = "The tracking number of the trial's authorization.",
    document = "request",
    confidence = "P",
  },
}

-- A revision ---------------------------------------------------------------------------------------

pathway "revision" {
  says = "Is a stimulator that is in place revised, exchanged or taken out?",
  cite = "LCD L37632, replacement; no new trial is needed",
  when = any_of { lines:some { code = revisions }, no_implant },

  criterion "in-place" {
    cite = "LCD L37632, replacement",
    says = "A stimulator is in place.",
    met  = fact "stimulator.in_situ" :is "yes",
    ask  = "Operation note of the implant.",
    confidence = "A",
  },
  criterion "replacement-reason" {
    cite    = "LCD L37632, replacement",
    says    = "A generator is exchanged because its battery or its life is at an end, or because it fails.",
    only_if = exchange,
    met     = fact "stimulator.replacement_reason" :is_one_of { "battery", "malfunction", "end-of-life" },
    ask     = "Note, or printout of the device, with the reason.",
    confidence = "A",
  },
}
