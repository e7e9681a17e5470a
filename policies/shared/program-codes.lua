-- program-codes.lua - the codes that a pain program is requested with: units a day, added time, hours
-- against the schedule, what a code is for, and the rules on depression and suicide.
--
-- General coding practice, not the text of any payer. A policy requires this after its first lines,
-- which declares the parameters and facts, and calls codes_and_units() and safeguards() in the place
-- where their criteria belong.

local program = {}

local severe_phq9 = parameter "severe_phq9" { points(20), cite = "PHQ-9, published bands" }

-- Units a day that are rarely exceeded. Recalled, not read: compare with the quarterly file of CMS.
local day_96164 = parameter "day_96164" { 1, cite = "CMS medically unlikely edits, recalled" }
local day_96165 = parameter "day_96165" { 6, cite = "CMS medically unlikely edits, recalled" }
local day_97150 = parameter "day_97150" { 2, cite = "CMS medically unlikely edits, recalled" }
local day_97110 = parameter "day_97110" { 6, cite = "CMS medically unlikely edits, recalled" }
local day_80307 = parameter "day_80307" { 1, cite = "CMS medically unlikely edits, recalled" }
local day_80364 = parameter "day_80364" { 1, cite = "CMS medically unlikely edits, recalled" }

-- Codes --------------------------------------------------------------------------------------

local groups          = codes { "cpt:96164-96165" }
local added           = codes { "cpt:96131", "cpt:96133", "cpt:96139" }
local once            = codes { "cpt:96130", "cpt:96132", "cpt:96138", "cpt:97162", "cpt:97166" }
local limited         = codes { groups, "cpt:97150", "cpt:97110", "cpt:80307", "cpt:80364" }
local of_an_hour      = codes { "cpt:96130-96133" }
local of_half_an_hour = codes { "cpt:96138-96139", "cpt:96164" }
local of_a_quarter    = codes { "cpt:96165", "cpt:97110", "cpt:97535", "cpt:97750" }
local timed           = codes { of_an_hour, of_half_an_hour, of_a_quarter }
local of_the_mind     = codes { "icd-10-cm:F01-F99" }
local of_the_body     = codes { "icd-10-cm:A00-E89", "icd-10-cm:G00-T88" } -- all but mental disorders and circumstances

-- Words used more than once -------------------------------------------------------------------

local lines        = records "lines"
local today        = lines:within(days(1))
local program_days = fact "program.days_requested"

local function asked(code) return lines { code = codes { code } } :sum "units" end
local function with_base(code, base)
  return all_of { line "code" :in_set(codes { code }), today { code = codes { base } } :rows() :at_least(1) }
end
local function one_of(code)
  return all_of { line "code" :in_set(codes { code }), asked(code) :at_most(1) }
end
local function over(code, a_day)
  return all_of { line "code" :in_set(codes { code }), line "units" :more_than(a_day) }
end

local minutes = lines { code = of_an_hour } :sum "units" * 60 + lines { code = of_half_an_hour } :sum "units" * 30
  + lines { code = of_a_quarter } :sum "units" * 15

define_fact "psych.phq9_called" {
  kind = "choice", choices = { "minimal", "mild", "moderate", "moderately-severe", "severe" },
  question = "How severe does the note call the PHQ-9 score?", document = "psychology-records",
}
define_fact "program.exercise_apart" {
  kind = "yes-no", question = "Does the schedule keep individual exercise and group therapy at different times?",
  document = "pain-form",
}
define_fact "program.group_led_by" {
  kind = "choice", choices = { "psychologist", "other-clinician", "physician" },
  question = "Who leads the behavioral groups?", document = "pain-form",
}
define_fact "program.opioid_assay_reason" {
  kind = "yes-no", question = "Is it written down why opioids are to be assayed one by one?", document = "pain-form",
}
define_fact "psych.cognitive_complaint" {
  kind = "yes-no", question = "Is a cognitive complaint, or another reason for neuropsychological tests, written down?",
  document = "psychology-records",
}

function program.codes_and_units()
  criterion "group-with-base" {
    cite    = "Code structure of 96165, an added quarter of an hour",
    says    = "Added time in a behavioral group is requested with the first half hour, on the same day.",
    only_if = line "code" :in_set(codes { "cpt:96165" }),
    met     = today { code = codes { "cpt:96164" } } :rows() :at_least(1),
    reason = "wrong_code", confidence = "P",
  }

  criterion "test-with-base" {
    cite    = "Code structure of 96131, 96133 and 96139, added time",
    says    = "Added time for tests is requested with its first hour or half hour, on the same day.",
    only_if = line "code" :in_set(added),
    met     = any_of {
      with_base("cpt:96131", "cpt:96130"), with_base("cpt:96133", "cpt:96132"), with_base("cpt:96139", "cpt:96138"),
    },
    reason = "wrong_code", confidence = "M",
  }

  criterion "group-first-units" {
    cite    = "Unit of 96164, most a day",
    says    = "The first half hour of a behavioral group comes once a program day.",
    only_if = line "code" :in_set(codes { "cpt:96164" }),
    met     = asked "cpt:96164" :at_most(units(program_days * day_96164)),
    ask     = "Written schedule with the number of program days, and the units of each line.",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "group-added-units" {
    cite    = "Unit of 96165, most a day",
    says    = "Added quarters of an hour in a behavioral group stay within the daily limit.",
    only_if = line "code" :in_set(codes { "cpt:96165" }),
    met     = asked "cpt:96165" :at_most(units(program_days * day_96165)),
    ask     = "Written schedule with the number of program days, and the units of each line.",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "group-therapy-units" {
    cite    = "Unit of 97150, most a day",
    says    = "Group therapy has no minutes: a unit is a session, and there are only so many a day.",
    only_if = line "code" :in_set(codes { "cpt:97150" }),
    met     = asked "cpt:97150" :at_most(units(program_days * day_97150)),
    ask     = "Written schedule with the number of program days, and the units of each line.",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "exercise-units" {
    cite    = "Unit of 97110, most a day",
    says    = "Exercise, in quarters of an hour, stays within the daily limit.",
    only_if = line "code" :in_set(codes { "cpt:97110" }),
    met     = asked "cpt:97110" :at_most(units(program_days * day_97110)),
    ask     = "Written schedule with the number of program days, and the units of each line.",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "drug-screen-units" {
    cite    = "Unit of 80307, most a day",
    says    = "A drug screen is billed once a day, however many drugs it looks for.",
    only_if = line "code" :in_set(codes { "cpt:80307" }),
    met     = asked "cpt:80307" :at_most(units(program_days * day_80307)),
    ask     = "Written schedule with the number of program days, and the units of each line.",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "opioid-assay-units" {
    cite    = "Unit of 80364, most a day",
    says    = "An assay of single opioids is billed once a day.",
    only_if = line "code" :in_set(codes { "cpt:80364" }),
    met     = asked "cpt:80364" :at_most(units(program_days * day_80364)),
    ask     = "Written schedule with the number of program days, and the units of each line.",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "units-of-one-day" {
    cite    = "Units of 96164, 96165, 97150, 97110, 80307 and 80364, most a day",
    says    = "A line for one single day keeps to the daily limit.",
    only_if = line "code" :in_set(limited),
    met     = none_of {
      all_of {
        line "end_date" :on_or_before(line "date"),
        any_of {
          over("cpt:96164", day_96164), over("cpt:96165", day_96165), over("cpt:97150", day_97150),
          over("cpt:97110", day_97110), over("cpt:80307", day_80307), over("cpt:80364", day_80364),
        },
      },
    },
    presume_absent = true,
    presume_cite   = "rubric: a line without dates is judged with the whole program",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "visit-units" {
    cite    = "Unit of 99213 and 99243, a visit (our reading)",
    says    = "There is no more than one physician visit a program day.",
    only_if = line "code" :in_set(codes { "cpt:99213", "cpt:99243" }),
    met     = lines { code = codes { "cpt:99213", "cpt:99243" } } :sum "units" :at_most(units(program_days)),
    ask     = "Written schedule with the number of program days, and the units of each line.",
    reason = "units_over_limit", confidence = "D",
  }

  criterion "evaluation-once" {
    cite    = "Unit of 96130, 96132, 96138, 97162 and 97166",
    says    = "An evaluation, and the first hour of a test, is requested once.",
    only_if = line "code" :in_set(once),
    met     = any_of {
      one_of "cpt:96130", one_of "cpt:96132", one_of "cpt:96138", one_of "cpt:97162", one_of "cpt:97166",
    },
    ask     = "The number of units of each line.",
    reason = "units_over_limit", confidence = "M",
  }

  criterion "hours-a-day" {
    cite    = "Timed codes against the schedule (our arithmetic)",
    says    = "The minutes of all timed codes fit into the program: no more hours a day than it has.",
    only_if = line "code" :in_set(timed),
    met     = (hours(minutes / 60) / program_days) :at_most(fact "program.hours_per_day"),
    ask     = "Written schedule with days and hours a day, and the units of each line.",
    reason = "units_over_limit", confidence = "D",
  }

  criterion "exercise-apart" {
    cite    = "Codes 97110 and 97150, the same minutes",
    says    = "Exercise of one person is not billed for the minutes of group therapy.",
    only_if = all_of {
      line "code" :in_set(codes { "cpt:97110", "cpt:97150" }),
      lines:some { code = codes { "cpt:97110" } }, lines:some { code = codes { "cpt:97150" } },
    },
    met     = fact "program.exercise_apart" :is "yes",
    ask     = "Written schedule with exercise and group therapy at their times.",
    reason = "wrong_code", confidence = "A",
  }

  criterion "group-diagnosis" {
    cite    = "Health behavior codes, diagnosis (read for the codes before them)",
    says    = "A behavioral group treats a condition of the body: its diagnosis is not a mental disorder.",
    only_if = line "code" :in_set(groups),
    met     = any_of {
      records "diagnoses" { code = of_the_body } :with "sequence" :is(1) :some(), -- the one that stands first
      all_of { records "diagnoses" { code = of_the_body } :some(), records "diagnoses" :none { code = of_the_mind } },
    },
    ask     = "The diagnosis of the body that the groups are for.",
    confidence = "A",
  }

  criterion "group-leader" {
    cite    = "Health behavior codes, who gives them (read for the codes before them)",
    says    = "A behavioral group is not led by a physician.",
    only_if = line "code" :in_set(groups),
    met     = fact "program.group_led_by" :is_one_of { "psychologist", "other-clinician" },
    ask     = "Written schedule with who leads each group.",
    confidence = "A",
  }

  criterion "neuropsychology-reason" {
    cite    = "Code 96132, neuropsychological tests (our reading)",
    says    = "Neuropsychological tests answer a cognitive complaint.",
    only_if = line "code" :in_set(codes { "cpt:96132-96133" }),
    met     = fact "psych.cognitive_complaint" :is "yes",
    ask     = "Note with the reason for neuropsychological tests.",
    confidence = "D",
  }

  criterion "opioid-assay-reason" {
    cite    = "Code 80364, assay of opioids (our reading)",
    says    = "Opioids are assayed one by one only where somebody takes them, or for a reason that is written down.",
    only_if = line "code" :in_set(codes { "cpt:80364" }),
    met     = any_of { fact "meds.opioids" :is "yes", fact "program.opioid_assay_reason" :is "yes" },
    ask     = "Medication list, or the reason for the assay.",
    confidence = "D",
  }
end

function program.safeguards()
  safeguard "suicide-screen" {
    cite = "Our safety rule for severe depression; PHQ-9 of 20 to 27 is severe",
    says = "The PHQ-9 score is one of severe depression, and no suicide screen is on file: a clinician must look first.",
    when = fact "function.phq9" :at_least(severe_phq9),
    unless = fact "safety.suicide_screen" :is_one_of { "negative", "positive" },
    instead_of = { "approve", "pend" }, recommend = "refer",
  }

  safeguard "suicide-risk" {
    cite = "Our safety rule for severe depression, risk",
    says = "A suicide screen was positive, or a risk is called imminent.",
    when = any_of { fact "safety.suicide_imminent" :is "yes", fact "safety.suicide_screen" :is "positive" },
    unless = fact "safety.suicide_imminent" :is "no",
    instead_of = { "approve", "pend" }, recommend = "refer", expedite = true,
  }

  safeguard "severity-understated" {
    cite = "PHQ-9, published bands: 5 mild, 10 moderate, 15 moderately severe, 20 severe",
    says = "The note calls the depression milder than its PHQ-9 score.",
    when = any_of {
      all_of { fact "function.phq9" :at_least(points(20)), fact "psych.phq9_called" :is_not "severe" },
      all_of { fact "function.phq9" :at_least(points(15)),
               fact "psych.phq9_called" :is_one_of { "minimal", "mild", "moderate" } },
      all_of { fact "function.phq9" :at_least(points(10)), fact "psych.phq9_called" :is_one_of { "minimal", "mild" } },
      all_of { fact "function.phq9" :at_least(points(5)), fact "psych.phq9_called" :is "minimal" },
    },
    instead_of = { "approve", "pend" }, recommend = "refer",
  }
end

return program
