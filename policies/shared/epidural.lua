-- epidural.lua - words that the policies on epidural injections share: the sessions before this one,
-- the care that failed, the signs and the pictures that count.

local epidural = {}

epidural.service  = request "date_of_service"
epidural.known_by = epidural.service + days(1) -- what is dated later is no evidence for this session

-- Sessions in the region: of this request, of the chart and the payer, and of those the earlier ones.
epidural.here    = records "lines" { kind = "epidural-injection", same = "region" }
epidural.earlier = records "procedures" { kind = "epidural-injection", same = "region" }
epidural.past    = epidural.earlier:before(epidural.service)
epidural.last    = epidural.past:latest()

-- Signs of a nerve root. A code of radicular pain is a label that the note or these must carry.
epidural.root_signs = any_of {
  fact "exam.radicular" :is "yes",
  records "examination" { result = "positive",
    name = { "straight-leg-raise", "sensory-loss", "motor-weakness", "reflex-change" } } :some(),
}

-- Pictures of this region of the spine; a plain film shows no nerve.
epidural.pictures  = records "imaging" { modality = { "MR", "CT" }, same = "region" } :before(epidural.known_by)
epidural.myelogram = fact "imaging.modality" :contains "myelogram"

-- Care that failed, for this region of the spine or for the complaint as a whole, over the length of
-- time given; only what ended in the span given, if one is.
function epidural.failed_care(length, span)
  local function of(region)
    local care = records "treatments" { conservative = true, outcome = "failed", place = { region, "unstated" } }
      :before(epidural.known_by)
    if span then care = care:within(span) end
    return all_of { line "region" :is(region), care:total_duration() :at_least(length) }
  end
  return any_of { of "CT", of "LS" }
end

-- The same, as somebody answered it for the case as a whole.
function epidural.stated_care(length)
  return all_of { fact "conservative.weeks" :at_least(length), fact "conservative.outcome" :is "failed" }
end

return epidural
