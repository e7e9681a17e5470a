-- Epidural steroid injections, Blue Cross Blue Shield of Massachusetts, medical policy 690 as of 2021.
--
-- Known from a comparison of payers, not read in full. Where that says nothing the text of Medicare
-- stands, and the citation says so. The policy gives no number for "moderate to severe" nor for the
-- success of an earlier injection: four of ten, and half of the pain or better function, are ours (D).

policy "bcbsma.epidural-injections" {
  extends    = "cms.epidural-injections",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Epidural steroid injections, Blue Cross Blue Shield of Massachusetts",
  source     = "BCBS MA medical policy 690 (2021)",
  version    = "2021",
  in_force   = { from = "2021-12-05" }, -- the day is that of the Medicare text; the policy's own was not read
  parameters = { cap_year = sessions(6) },
  without    = {
    "relief-from-last", "relief-lasted", "relief-measured", "failed-gap", "failed-change", "failed-rationale",
    "long-relief",
  },
}

local epidural = require "shared/epidural"
local past, last = epidural.past, epidural.last

local least_pain    = parameter "least_pain"    { points(4), cite = "MP 690, moderate to severe pain (our number)" }
local gap           = parameter "gap"           { days(30), cite = "MP 690, repeats" }
local prior_success = parameter "prior_success" { percent(50), cite = "MP 690, prior success (our number)" }

criterion "moderate-pain" {
  cite = "MP 690, severity",
  says = "The pain is moderate to severe: four of ten at least.",
  met  = fact "pain.nrs" :at_least(least_pain),
  unless = fact "pain.vas" :at_least(10 * least_pain),
  ask  = "Office note with a pain score from 0 to 10.",
  confidence = "D",
}

criterion "failed-back-radicular" {
  cite    = "MP 690, failed back surgery",
  says    = "After back surgery, the pain is that of a nerve root.",
  only_if = fact "pain.pattern" :is "post-laminectomy",
  met     = any_of { answer "pain.pattern" :is "radicular", epidural.root_signs },
  ask     = "Examination with the signs of the nerve root.",
  document = "history-physical", confidence = "A",
}

pathway "initial" {
  says = "Is this the first injection in the region in two years?",
  cite = "MP 690; the window is not stated there",
  when = past:within(months(24)):count() :at_most(0),

  criterion "active-therapy" {
    cite   = "MP 690, care before the first, active therapy",
    says   = "The care that failed included active physical therapy or exercise.",
    met    = any_of {
      fact "treatment.active_therapy" :is "yes",
      records "treatments" { active = true, outcome = "failed", place = { "CT", "LS", "unstated" } }
        :before(epidural.known_by) :some(),
    },
    unless = any_of {
      fact "treatment.not_tolerated" :is "yes",
      fact "treatment.contraindicated" :is "yes",
      all_of { fact "pain.pattern" :is "herpes-zoster", fact "pain.zoster_refractory" :is "yes" },
    },
    ask    = "Therapy records with dates and results.",
    document = "therapy-records", confidence = "A",
  },
}

pathway "repeat" {
  says = "Was the region injected before, in the last two years?",
  cite = "MP 690; the window is not stated there",
  when = past:within(months(24)):count() :at_least(1),

  criterion "prior-success" {
    cite = "MP 690, repeats",
    says = "The last injection was a success: half of the pain gone, or better function.",
    met  = last:field "relief_percent" :at_least(prior_success),
    unless = any_of {
      last:field "function_change" :is "improved",
      fact "repeat.function_improved" :is "yes",
    },
    ask  = "Scores of pain or function before and after the last injection, with dates.",
    confidence = "D",
  },
  criterion "success-dated" {
    cite = "MP 690, repeats, read with the rule of Medicare on dates",
    says = "That success was found on a date.",
    met  = last:field "measured_on" :present(),
    ask  = "The date of the score after the last injection.",
    confidence = "D",
  },
  criterion "gap" {
    cite = "MP 690, repeats",
    says = "At least thirty days have passed since the last injection.",
    met  = (epidural.service - last:field "performed") :at_least(gap),
    ask  = "Date of the last injection.",
    confidence = "A",
  },
}
