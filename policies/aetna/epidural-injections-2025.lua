-- Epidural steroid injections, Aetna, the text before 2026: two weeks of care, sets of three, and more
-- only for who answered to the first three and is in a program.
--
-- Known from a comparison of payers, not read in full. Where that says nothing of Aetna the text of
-- Medicare stands, and the citation says so. When it began and ended is our choice: 2026-01-01 is the
-- first day of epidural-injections.lua. Codes 64479 to 64484 are said to have a bulletin of their own
-- (CPB 0722, recalled); it was not read, and they are judged here.

policy "aetna.epidural-injections" {
  extends    = "cms.epidural-injections",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Epidural steroid injections, Aetna, older text",
  source     = "Aetna CPB 0016, older text",
  version    = "2025-12-31",
  in_force   = { from = "2021-12-05", to = "2025-12-31" }, -- first day: of the Medicare text
  -- Four weeks of pain would make the two weeks of care four. Of repeats, Aetna has rules of its own.
  without    = {
    "duration-of-pain", "relief-from-last", "relief-lasted", "relief-measured", "sessions-a-year",
    "failed-gap", "failed-change", "failed-rationale", "long-relief",
  },
}

local epidural = require "shared/epidural"
local past, last = epidural.past, epidural.last

local gap       = parameter "gap"       { days(7), cite = "CPB 0016, older text, repeats" }
local first_set = parameter "first_set" { sessions(3), cite = "CPB 0016, older text, sets of three" }
local window    = months(24) -- our choice: no window was read

define_fact "plan.comprehensive_program" {
  kind = "yes-no", document = "pain-form",
  question = "Is the injection part of a comprehensive pain program, with therapy, teaching and drugs?",
}

criterion "not-failed-back" {
  cite = "CPB 0016, older text, failed back surgery",
  says = "The pain is not that of failed back surgery, which is excluded.",
  met  = fact "pain.pattern" :is_not "post-laminectomy",
  ask  = "Office note that says which kind of pain it is.",
  confidence = "A",
}

pathway "initial" {
  says = "Is this the first injection in the region in two years?",
  cite = "CPB 0016, older text; the window is not stated there",
  when = past:within(window):count() :at_most(0),

  criterion "conservative-care" {
    cite   = "CPB 0016, older text, care before the first",
    says   = "Two weeks of noninvasive care have failed, were not tolerated or must not be given, or shingles did not respond.",
    met    = epidural.failed_care(weeks(2)),
    unless = any_of {
      fact "treatment.not_tolerated" :is "yes",
      fact "treatment.contraindicated" :is "yes",
      all_of { fact "pain.pattern" :is "herpes-zoster", fact "pain.zoster_refractory" :is "yes" },
      epidural.stated_care(weeks(2)),
    },
    ask    = "Therapy and medication records with dates and results.",
    document = "therapy-records", confidence = "A",
  },
}

pathway "repeat" {
  says = "Was the region injected before, in the last two years?",
  cite = "CPB 0016, older text; the window is not stated there",
  when = past:within(window):count() :at_least(1),

  criterion "gap" {
    cite = "CPB 0016, older text, repeats",
    says = "At least seven days have passed since the last injection.",
    met  = (epidural.service - last:field "performed") :at_least(gap),
    ask  = "Date of the last injection.",
    confidence = "A",
  },
}

pathway "beyond-the-first-three" {
  says = "Would this be more than three injections in the region in two years?",
  cite = "CPB 0016, older text, beyond the first three; the window is not stated there",
  when = (past:within(window):count() + epidural.here:within(window):count()) :more_than(first_set),

  criterion "relief-from-three" {
    cite = "CPB 0016, older text, beyond the first three",
    says = "The first three relieved the pain, whatever the amount.",
    met  = any_of {
      last:field "relief_percent" :more_than(percent(0)),
      last:field "outcome" :is_one_of { "partial", "helped" },
    },
    ask  = "Note on relief after the last injection.",
    confidence = "A",
  },
  criterion "comprehensive-program" {
    cite = "CPB 0016, older text, beyond the first three",
    says = "The injection is part of a comprehensive pain program.",
    met  = fact "plan.comprehensive_program" :is "yes",
    ask  = "Plan of the pain program.",
    confidence = "A",
  },
}
