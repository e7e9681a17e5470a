-- A short policy for the tests of the command line; no payer says this.

policy "example.epidural" {
  title    = "Epidural injections, a short example",
  source   = "Example policy 1",
  in_force = { from = "2025-01-01" },
  covers   = codes { "cpt:64483-64484" },
}

criterion "pain" {
  cite = "1.1",
  says = "Pain is at least four of ten.",
  met  = fact "pain.score" :at_least(points(4)),
  ask  = "Office note with a pain score.",
}

criterion "failed-care" {
  cite = "1.2",
  says = "Four weeks of conservative care have failed.",
  met  = records "treatments" { outcome = "failed" } :total_duration() :at_least(weeks(4)),
  ask  = "Therapy records with dates and results.",
}
