-- pump.lua - words that the policies on implanted pumps share: which kind of request it is, what one
-- fill is, what is billed by the unit, and the rules that keep a running pump running.

local pump = {}

pump.implant_codes = codes { "cpt:62350-62351", "cpt:62360-62362", "hcpcs:E0782-E0783", "hcpcs:E0785-E0786" }
pump.refill_codes  = codes { "cpt:62369-62370", "cpt:95990-95991" }
pump.baclofen      = codes { "hcpcs:J0475-J0476" }

pump.service = request "date_of_service"
pump.lines   = records "lines"
pump.there   = fact "pump.in_situ" :is "yes"
pump.none    = fact "pump.in_situ" :is "no"
pump.device  = pump.lines:some { code = pump.implant_codes }

-- Pain of cancer: somebody said so, or the code of cancer pain stands beside that of a tumour.
pump.malignant = any_of {
  answer "pain.origin" :is "malignant",
  all_of { fact "pain.origin" :is "malignant",
           records "diagnoses" :some { code = codes { "icd-10-cm:C00-C96", "icd-10-cm:D37-D49" } } },
}

-- One fill: its amount, the days it lasts, and when the pump runs dry by the last refill and by what
-- can be used of it.
pump.fill      = fact "pump.fill_amount"
pump.fill_days = pump.fill / fact "pump.daily_dose"
pump.runs_dry  = fact "pump.last_refill"
  + days(fact "pump.usable_volume" * fact "pump.concentration" / fact "pump.daily_dose")

-- pump.kinds { trial = codes, upkeep = codes, pain = codes }: what the codes of all lines ask for
function pump.kinds(by)
  local lines, is = pump.lines, {}
  is.stated_trial = all_of { lines:some { code = by.trial }, fact "plan.purpose" :is "pump-trial" }
  is.upkeep       = all_of { lines:some { code = by.upkeep }, lines:none { code = pump.implant_codes } }
  -- The codes of a refill, although the case says that there is no pump: an implant is meant.
  is.surgery      = any_of { pump.device, all_of { is.upkeep, pump.none, lines:none { code = by.trial } } }
  is.for_spasticity = any_of {
    lines:some { code = pump.baclofen },
    all_of { lines:none { code = by.pain }, fact "pump.indication" :is "spasticity",
             fact "pump.indication" :is_not "pain" },
  }
  is.for_pain = any_of {
    lines:some { code = by.pain },
    all_of { lines:none { code = pump.baclofen }, fact "pump.indication" :is "pain" },
  }
  return is
end

-- What is billed by the unit: no more than one fill --------------------------------------------

-- One criterion for each drug, to be put into a pathway.
function pump.units_of_drugs()
  local function billed(id, code, name, unit, most, ask, confidence)
    return criterion(id) {
      only_if = line "code" :is(code),
      cite = "Pump refill R.6, units; HCPCS " .. code,
      says = name .. " is billed in units of " .. unit .. ": no more than one fill, rounded up.",
      met  = pump.lines { code = code } :sum "units" :at_most(units(ceil(most))),
      ask  = ask,
      reason = "units_over_limit", confidence = confidence,
    }
  end
  local milligrams = "Current order with the milligrams of one fill."
  return billed("morphine-units", "J2274", "Morphine", "10 mg", pump.fill / mg(10), milligrams, "P"),
    billed("baclofen-units", "J0475", "Baclofen", "10 mg", pump.fill / mg(10), milligrams, "M"),
    billed("clonidine-units", "J0735", "Clonidine", "1 mg", pump.fill / mg(1), milligrams, "M"),
    billed("ziconotide-units", "J2278", "Ziconotide", "1 mcg", pump.fill / mg(1) * 1000,
           "Current order with the amount of one fill.", "M")
end

-- Safeguards -----------------------------------------------------------------------------------

-- pump.keep_running(is, by): is: what pump.kinds gave; by: upkeep = codes, urgent_within and
-- refills_apart = spans, granuloma = citation
function pump.keep_running(is, by)
  local soon = pump.service + by.urgent_within

  safeguard "soon-empty" {
    cite = "Our safety rule for running pumps, urgency",
    says = "The pump is empty or sounds its alarm within 14 days: decide within 72 hours, however the request was marked.",
    when = any_of {
      fact "pump.empty_date"  :on_or_before(soon),
      fact "pump.alarm_date"  :on_or_before(soon),
      fact "pump.next_refill" :on_or_before(soon),
      pump.runs_dry           :on_or_before(soon),
    },
    unless = pump.none,
    instead_of = "pend", recommend = "refer", expedite = true, bridge = true,
  }

  safeguard "withdrawal" {
    cite = "Our safety rule for running pumps, interruption",
    says = "The infusion was interrupted: there may be withdrawal, and the old dose may now be too high. A physician sets the dose.",
    when = any_of { fact "safety.withdrawal" :is "yes",
                    fact "pump.empty_date" :before(pump.service), pump.runs_dry :before(pump.service) },
    unless = pump.none,
    instead_of = { "approve", "pend" }, recommend = "refer", expedite = true, bridge = true,
  }

  safeguard "granuloma" {
    cite = by.granuloma,
    says = "A new neurologic deficit or a rising dose may be a granuloma at the catheter tip.",
    when = fact "safety.new_neurologic_deficit" :is "yes",
    instead_of = { "approve", "pend" }, recommend = "refer", expedite = true,
  }

  safeguard "removed-pump" {
    cite = "Pump refill R.5, removal",
    says = "A refill is requested for a pump that the record says was removed or switched off.",
    when = all_of { is.upkeep, fact "pump.removed" :is "yes" },
    instead_of = { "approve", "pend" }, recommend = "refer", expedite = true,
  }

  safeguard "refill-frequency" {
    cite = "Pump refill, frequency",
    says = "The pump was already refilled in the last 14 days, and no change of dose is on file.",
    when = all_of {
      pump.lines:some { code = pump.refill_codes },
      records "procedures" { code = pump.refill_codes } :within(by.refills_apart) :count() :at_least(1),
    },
    unless = fact "pump.dose_changed" :is "yes",
    instead_of = { "approve", "pend" }, recommend = "refer",
  }

  -- Last, so that whatever else refers a refill brings the bridge with it.
  safeguard "running-pump" {
    cite = "Our safety rule for running pumps",
    says = "A pump may be running: without a refill there is withdrawal. Ask today whether a pump is in place and when it is empty; bridge one cycle meanwhile. Papers from the time of the implant are useful, never needed.",
    when = any_of { is.upkeep, all_of { pump.lines:some { code = by.upkeep }, pump.there } },
    unless = any_of { pump.none, is.stated_trial },
    instead_of = "pend", recommend = "refer", expedite = true, bridge = true,
  }
end

return pump
