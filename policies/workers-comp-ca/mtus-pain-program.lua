-- Chronic pain programs (functional restoration), workers' compensation in California.
--
-- The six criteria were read in a public decision that quotes them (P); the predictors, the limits
-- and the rules for going on are recalled (M). M.1 to M.6 are our numbers for the source's six.
-- In force until the guideline was replaced in July 2016; the day is recalled.

policy "mtus.pain-program" {
  title    = "Chronic pain programs (functional restoration)",
  source   = "MTUS Chronic Pain Medical Treatment Guidelines 2009, pages 30 to 34",
  version  = "2009-07-18",
  in_force = { from = "2009-07-18", to = "2016-07-27" },
  covers   = codes {
    "cpt:97799", "cpt:96164-96165", "cpt:97150", "cpt:97535", "cpt:97750",
  },
}

-- Words used more than once ----------------------------------------------------------------------

define_fact "program.patient_returns" {
  kind = "yes-no", question = "Is this the same program as before, with the same provider?", document = "pain-form",
}

define_fact "program.words_of_continuation" {
  kind = "yes-no", document = "pain-form",
  question = "Does the request speak of additional or remaining days, or of resuming the program?",
}

local program = require "shared/program"
local asked_days,  asked_hours = fact "program.days_requested", fact "program.hours_requested"
local total_days  = fact "program.days_done"  + asked_days
local total_hours = fact "program.hours_done" + asked_hours

-- What shows that the patient has been in the program, or has not. Silence shows neither.
local attended = any_of {
  fact "program.continuation" :is "yes",
  fact "program.days_done" :more_than(days(0)),
  fact "program.hours_done" :more_than(hours(0)),
  fact "request.type" :is "continuation",
  fact "program.words_of_continuation" :is "yes",
}
local starts = any_of {
  fact "program.continuation" :is "no",
  fact "program.days_done" :at_most(days(0)),
  fact "request.type" :is "initial",
}
local attendance = records "programs" { status = { "in-progress", "stopped", "completed" } }
-- Two weeks, before anything has to be shown.
local two_weeks = any_of { total_days :at_most(days(10)), total_hours :at_most(hours(80)) }

-- Every request -------------------------------------------------------------------------------------

criterion "evaluation" {
  cite = "MTUS page 31, criterion 1; M.1",
  says = "A thorough evaluation was made, with baseline tests of function that can be repeated.",
  met  = all_of { program.team_evaluation, program.baseline_tests },
  ask  = "Evaluation by the team, with baseline tests of function.",
  confidence = "P",
}

criterion "earlier-methods" {
  cite = "MTUS page 31, criterion 2; M.2",
  says = "Earlier methods have failed, and no other option is likely to bring significant improvement.",
  met  = all_of {
    program.failed_care, -- shown by a record of some care, with its date and result
    fact "treatment.no_other_option" :is "yes",
  },
  ask  = "Treatment history with dates and results, and a statement that no other option is left.",
  confidence = "P",
}

criterion "loss-of-function" {
  cite = "MTUS page 31, criterion 3; M.3",
  says = "The pain takes away much of the ability to function independently.",
  met  = fact "function.loss" :is "yes",
  ask  = "Record of what the patient can no longer do alone.",
  confidence = "P",
}

criterion "surgery" {
  cite   = "MTUS page 31, criterion 4; M.4",
  says   = "Nothing else, such as surgery, is clearly warranted; to avoid optional surgery, ten visits may be tried.",
  met    = fact "program.surgery" :is_one_of { "not-indicated", "done-first" },
  unless = all_of { fact "program.surgery" :is "optional-avoided", asked_days :at_most(days(10)) },
  ask    = "Physician's note that says whether surgery or another treatment is warranted.",
  confidence = "P",
}

criterion "motivation" {
  cite = "MTUS page 31, criterion 5; M.5",
  says = "The patient is motivated to change, and willing to forgo secondary gain, disability payments included.",
  met  = all_of {
    fact "program.motivated" :is "yes",
    fact "program.forgoes_secondary_gain" :is "yes",
  },
  ask  = "Statement of motivation, and on secondary gain, by the patient or the psychologist.",
  confidence = "P",
}

-- Negative predictors of success, each for itself (M.6) ------------------------------------------------

criterion "predictor-employer" {
  cite = "MTUS page 31, criterion 6; M.6, a bad relation with employer or supervisor",
  says = "A bad relation with employer or supervisor is absent or has been addressed.",
  met  = fact "predictors.employer_relation" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-work-adjustment" {
  cite = "MTUS page 31, criterion 6; M.6, poor adjustment to work",
  says = "Poor adjustment to work is absent or has been addressed.",
  met  = fact "predictors.work_adjustment" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-employment-outlook" {
  cite = "MTUS page 31, criterion 6; M.6, pessimism about employment",
  says = "Pessimism about employment is absent or has been addressed.",
  met  = fact "predictors.employment_outlook" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-distress" {
  cite = "MTUS page 31, criterion 6; M.6, high psychosocial distress",
  says = "High psychosocial distress is absent or has been addressed.",
  met  = fact "predictors.distress" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-financial-dispute" {
  cite = "MTUS page 31, criterion 6; M.6, a dispute about money or disability",
  says = "A dispute about money or disability is absent or has been addressed.",
  met  = fact "predictors.financial_dispute" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-smoking" {
  cite = "MTUS page 31, criterion 6; M.6, smoking",
  says = "Smoking is absent or has been addressed.",
  met  = fact "predictors.smoking" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-long-disability" {
  cite = "MTUS page 31, criterion 6; M.6, a long disability before the referral",
  says = "A long disability before the referral is absent or has been addressed.",
  met  = fact "predictors.long_disability" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-opioid-use" {
  cite = "MTUS page 31, criterion 6; M.6, opioid use",
  says = "Opioid use is absent or has been addressed.",
  met  = fact "predictors.opioid_use" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

criterion "predictor-high-pain" {
  cite = "MTUS page 31, criterion 6; M.6, high pain before treatment",
  says = "High pain before treatment is absent or has been addressed.",
  met  = fact "predictors.high_pain" :is_one_of { "absent", "addressed" },
  ask  = "Psychology or team report that speaks of each negative predictor.",
  confidence = "M",
}

-- Which kind of request it is ------------------------------------------------------------------------

criterion "one-account" {
  cite = "Initial or continued (our definition)",
  says = "The request does not call the program new and continued at once.",
  met  = none_of { all_of { starts, attended } },
  ask  = "Attendance record: which days of the program were attended, if any.",
  presume_absent = true,
  presume_cite   = "rubric: only what is stated can contradict itself",
  confidence = "D",
}

-- A first stay in the program --------------------------------------------------------------------------

pathway "initial" {
  says   = "The patient has not been in the program.",
  cite   = "MTUS pages 30 to 32, first authorization",
  when   = starts,
  unless = attended,

  criterion "initial-days" {
    cite   = "MTUS page 32, no longer than two weeks at first",
    says   = "A first request is for ten full days at most, or as many hours in parts of days.",
    met    = asked_days :at_most(days(10)),
    unless = asked_hours :at_most(hours(80)),
    ask    = "Written schedule with the number of days and hours requested.",
    reason = "units_over_limit", confidence = "M",
  },
  criterion "initial-hours" {
    cite   = "MTUS page 32, no longer than two weeks at first",
    says   = "A first request is for eighty hours at most, or as many full days.",
    met    = asked_hours :at_most(hours(80)),
    unless = asked_days :at_most(days(10)),
    ask    = "Written schedule with the number of days and hours requested.",
    reason = "units_over_limit", confidence = "M",
  },
}

-- Going on ----------------------------------------------------------------------------------------------

pathway "extension" {
  says   = "The patient has been in the program and goes on.",
  cite   = "MTUS pages 31 to 32, duration",
  when   = attended,
  unless = starts,

  criterion "same-program" {
    cite = "Continued program (our definition)",
    says = "It is the same program with the same provider.",
    met  = fact "program.patient_returns" :is "yes",
    ask  = "Attendance record of the program.",
    confidence = "D",
  },
  criterion "no-long-gap" {
    cite = "Continued program (our definition)",
    says = "No more than thirty days lie between the last day attended and the next.",
    met  = (request "date_of_service" - attendance:latest():field "end") :at_most(days(30)),
    ask  = "Attendance record with the last day attended.",
    confidence = "D",
  },
  criterion "subjective-gains" {
    cite   = "MTUS page 32, beyond two weeks",
    says   = "Beyond two weeks, gains that the patient reports are written down.",
    met    = fact "program.subjective_gains" :is "yes",
    unless = two_weeks,
    ask    = "Progress report of the program with gains, reported and measured.",
    confidence = "M",
  },
  criterion "objective-gains" {
    cite   = "MTUS page 32, beyond two weeks",
    says   = "Beyond two weeks, gains are measured with the tests of the beginning.",
    met    = fact "program.objective_gains" :is "yes",
    unless = two_weeks,
    ask    = "Progress report of the program with gains, reported and measured.",
    confidence = "M",
  },
  criterion "summary" {
    cite   = "MTUS page 32, summary every two weeks",
    says   = "A summary is written every two weeks, with goals and the stage of treatment.",
    met    = fact "program.biweekly_summary" :is "yes",
    unless = two_weeks,
    ask    = "The latest two-week summary.",
    confidence = "M",
  },
  criterion "total-days" {
    cite   = "MTUS page 32, duration in all",
    says   = "All days together are no more than twenty full days, or as many hours in parts of days.",
    met    = total_days :at_most(days(20)),
    unless = total_hours :at_most(hours(160)),
    ask    = "Written schedule and attendance record: days and hours, done and requested.",
    reason = "units_over_limit", confidence = "M",
  },
  criterion "total-hours" {
    cite   = "MTUS page 32, duration in all",
    says   = "All hours together are no more than one hundred and sixty, or as many full days.",
    met    = total_hours :at_most(hours(160)),
    unless = total_days :at_most(days(20)),
    ask    = "Written schedule and attendance record: days and hours, done and requested.",
    reason = "units_over_limit", confidence = "M",
  },
}

pathway "beyond-twenty-days" {
  says   = "More than twenty days, or their hours, are asked for in all: a physician decides, with this before them.",
  cite   = "MTUS page 32, duration in all",
  when   = any_of { total_days :more_than(days(20)), total_hours :more_than(hours(160)) },
  unless = any_of { starts, total_days :at_most(days(20)), total_hours :at_most(hours(160)) },

  criterion "longer-reason" {
    cite = "MTUS page 32, beyond twenty days",
    says = "There is a clear reason for going on, with goals to be reached.",
    met  = all_of {
    fact "program.extension_rationale" :is "yes",
    fact "program.goals" :is "yes",
  },
    ask  = "Letter with the reason for going on and the goals.",
    confidence = "M",
  },
  criterion "longer-plan" {
    cite = "MTUS page 32, beyond twenty days",
    says = "There is an individual plan of care.",
    met  = fact "program.individual_plan" :is "yes",
    ask  = "Individual plan of care.",
    confidence = "M",
  },
  criterion "longer-outcomes" {
    cite = "MTUS page 32, beyond twenty days",
    says = "The outcomes of this provider are proven.",
    met  = fact "program.proven_outcomes" :is "yes",
    ask  = "Outcome report of the program.",
    confidence = "M",
  },
}
