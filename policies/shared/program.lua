-- program.lua - what counts as shown before a pain program: words that several policies share.

local program = {}

local known_by = request "date_of_service" + days(1)

-- Care that failed, of a kind that is usual, with its date: what is merely said to have failed is not enough.
program.failed_care = all_of {
  fact "treatment.conventional_failed" :is "yes",
  records "treatments" { conservative = true, outcome = { "failed", "not-tolerated", "contraindicated" } }
    :with "date" :present() :some(),
}

-- Tests of function: somebody says so, or their record has a date before the program begins.
program.baseline_tests = all_of {
  fact "function.baseline_tests" :is "yes",
  any_of { answer "function.baseline_tests" :is "yes",
           records "evaluations" { kind = "functional" } :before(known_by) :some() },
}
program.team_evaluation = all_of {
  fact "program.evaluation" :is "yes",
  any_of { answer "program.evaluation" :is "yes",
           records "evaluations" { kind = "multidisciplinary" } :before(known_by) :some() },
}

-- Whether psychiatric conditions are treated is a clinician's to say; who asks for the program may add
-- to it, and contradict it, but not say it alone.
program.conditions_known = any_of {
  answer "psych.conditions" :is_one_of { "none", "treated", "in-treatment", "untreated" },
  records "statements" { topic = "mental-health", by = "clinician" } :some(),
}

return program
