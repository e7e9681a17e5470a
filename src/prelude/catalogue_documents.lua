-- catalogue_documents.lua - the papers that prove a fact: LOINC document code
-- where there is one, and our own words.

local function paper(code, label) return { code = code, label = label } end

return {
  ["progress-note"] = paper("11506-3", "Progress note"),
  ["history-physical"] = paper("34117-2", "History and physical examination note"),
  ["functional-status"] = paper("47420-5", "Functional status record"),
  ["therapy-records"] = paper("11515-4", "Therapy and medication records with dates and results"),
  ["prescriptions"] = paper("57828-6", "Prescription list"),
  ["medication-record"] = paper("80565-5", "Medication record"),
  ["chiropractic"] = paper("11514-7", "Chiropractic records"),
  ["imaging-report"] = paper("18748-4", "Imaging report"),
  ["psychology-records"] = paper("11518-8", "Psychology records"),
  ["procedure-note"] = paper("28570-0", "Procedure note"),
  ["operation-note"] = paper("11504-8", "Operation note"),
  ["pump-record"] = paper("52044-5", "Pump record: printout, refill notes and current order"),
  ["pain-form"] = paper("103597-1", "Pain management plan and form"),
  ["consult-note"] = paper("11488-4", "Consultation note"),
  ["referral"] = paper(nil, "Referral from the treating physician"),
  ["request"] = paper(nil, "The request itself"),
  ["payer-history"] = paper(nil, "The payer's own record of earlier services"),
}
