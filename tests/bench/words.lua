-- Fourteen criteria of an epidural policy in words alone: what make bench judges.

policy "bench.words" {
  title    = "Epidural injection, fourteen criteria",
  source   = "Bench policy 1",
  in_force = { from = "2021-12-05" },
  covers   = codes { "cpt:64479-64480", "cpt:64483-64484" },
}

local service = request "date_of_service"
local past    = records "procedures" { kind = "epidural-injection", same = "region" } :before(service)
local last    = past:latest()

criterion "indication" {
  cite = "1", says = "The pain follows a nerve root.", ask = "Office note.",
  met  = fact "pain.root_cause" :is_one_of { "disc-herniation", "osteophyte", "foraminal-stenosis" },
}
criterion "diagnosis" {
  cite = "2", says = "A diagnosis shows a covered indication.", ask = "A diagnosis code.",
  met  = records "diagnoses" { code = codes { "M54.1*", "M51.14-M51.17", "M50.11-M50.13" } }
    :latest():field "code" :present(),
}
criterion "history" {
  cite = "3", says = "The note holds a history.", ask = "Office note.",
  met  = fact "record.history" :is "yes",
}
criterion "examination" {
  cite = "4", says = "The note holds an examination.", ask = "Office note.",
  met  = fact "record.physical_exam" :is "yes",
}
criterion "imaging" {
  cite = "5", says = "An MRI or a CT was done.", ask = "Imaging report.",
  met  = records "imaging" { modality = { "MR", "CT" } } :latest():field "modality" :present(),
}
criterion "score" {
  cite = "6", says = "The pain is at least 4 of 10.", ask = "A score.",
  met  = fact "pain.nrs" :at_least(points(4)),
}
criterion "function" {
  cite = "7", says = "The pain limits daily life.", ask = "Office note.",
  met  = fact "pain.affects_function" :is "yes",
}
criterion "duration" {
  cite = "8", says = "The pain has lasted four weeks.", ask = "Office note.",
  met  = fact "pain.duration" :at_least(weeks(4)),
}
criterion "care" {
  cite = "9", says = "Four weeks of care have failed.", ask = "Therapy records.",
  met  = records "treatments" { outcome = "failed" } :longest() :at_least(weeks(4)),
}
criterion "guidance" {
  cite = "10", says = "The needle is guided by imaging.", ask = "Plan of the procedure.",
  met  = fact "plan.guidance" :is_one_of { "fluoroscopy", "ct" },
}
criterion "contrast" {
  cite = "11", says = "Contrast is used.", ask = "Plan of the procedure.",
  met  = fact "plan.contrast" :is "yes",
  unless = fact "safety.contrast_allergy" :is "yes",
}
criterion "relief" {
  cite = "12", says = "The last injection helped by half.", ask = "Note after the last injection.",
  only_if = past:count() :at_least(1),
  met  = last:field "relief_percent" :at_least(percent(50)),
}
criterion "cap" {
  cite = "13", says = "At most four sessions in twelve months.", ask = "Procedure records.",
  met  = past:within(months(12)):count() :at_most(3),
}
criterion "infection" {
  cite = "14", says = "There is no infection.", ask = "Office note.",
  met  = fact "safety.infection" :is "no",
}
