-- Implanted intrathecal pump, Anthem SURG.00068. What was read of it is the part on cancer pain: for
-- other pain a physician decides.
--
-- Known from a comparison of payers, not read in full. Where that says nothing, as of refills and
-- contraindications, the text of the Aetna policy stands, and the citation says so.

policy "anthem.pump" {
  extends    = "aetna.pump",
  inherited  = "D", -- that this payer says so too was not read
  title      = "Implanted intrathecal pump, Anthem",
  source     = "Anthem SURG.00068, malignant pain",
  version    = "2025", -- the edition was not named
  in_force   = { from = "2025-01-01" }, -- our choice: its first day was not read
  without    = { "systemic-opioids-failed", "adjuvants-failed", "psychology" },
}

local pump = require "shared/pump"
local is   = pump.kinds {
  trial = codes { "cpt:62320-62327" }, upkeep = codes { pump.refill_codes, "hcpcs:J2274", "hcpcs:J2278" },
  pain = codes { "hcpcs:S9325-S9328", "hcpcs:J2274", "hcpcs:J2278" },
}

local survival = parameter "survival" { months(3), cite = "SURG.00068, life expectancy" }

define_fact "treatment.strong_opioids_fixed" {
  kind = "yes-no", document = "medication-record",
  question = "Did strong opioids in fixed doses by the clock fail, or were they not tolerated?",
}
define_fact "safety.sepsis" {
  kind = "yes-no", document = "history-physical", safety = true, question = "Is there a sepsis?",
}

pathway "implant-for-pain" {
  says   = "Is this the first pump, and is it for pain?",
  cite   = "SURG.00068, implantation, pain",
  when   = all_of { pump.device, is.for_pain },
  unless = pump.there,

  criterion "cancer-pain" {
    cite = "SURG.00068, malignant pain (the part on other pain was not read)",
    says = "The pain comes from cancer: of other pain a physician decides.",
    met  = all_of { -- somebody says so, or the code of cancer pain stands beside that of a tumour
      fact "pain.origin" :is "malignant",
      any_of { answer "pain.origin" :is "malignant",
               records "diagnoses" :some { code = codes { "icd-10-cm:C00-C96", "icd-10-cm:D37-D49" } } },
    },
    ask  = "Oncology note that says what the pain comes from.",
    document = "consult-note", confidence = "D",
  },
  criterion "strong-opioids-failed" {
    cite = "SURG.00068, strong opioids",
    says = "Strong opioids in fixed doses failed or were not tolerated.",
    met  = fact "treatment.strong_opioids_fixed" :is "yes",
    ask  = "Opioid history: drug, dose, by the clock or as needed, and why it was stopped.",
    confidence = "A",
  },
  criterion "life-expectancy" {
    cite = "SURG.00068, life expectancy",
    says = "The patient is expected to live for more than three months.",
    met  = fact "patient.life_expectancy" :more_than(survival),
    ask  = "Specialist's statement on the prognosis.",
    confidence = "A",
  },
  criterion "no-tumor-on-thecal-sac" {
    cite = "SURG.00068, tumour on the thecal sac",
    says = "Imaging rules out a tumour that presses on the thecal sac.",
    met  = fact "safety.thecal_tumor_excluded" :is "yes",
    ask  = "Imaging report that speaks of the thecal sac.",
    confidence = "A",
  },
  criterion "no-sepsis" {
    cite = "SURG.00068, sepsis",
    says = "There is no sepsis.",
    met  = fact "safety.sepsis" :is "no",
    ask  = "Examination note that rules out a sepsis.",
    confidence = "A",
  },
  criterion "no-coagulopathy" {
    cite = "SURG.00068, coagulopathy",
    says = "There is no disorder of blood clotting.",
    met  = fact "safety.coagulopathy" :is "no",
    ask  = "Note or laboratory report on blood clotting.",
    confidence = "A",
  },
}
