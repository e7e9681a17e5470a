-- planted_spec.lua - one slip of one character, planted in every word of a whole
-- policy: each is named at its own line, or changes nothing.
-- luacheck: no max line length

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"
local source = assert(loadfile "src/prelude/source.lua")()

local policy = [==[
-- Epidural injections, with most of what the language has.

policy "acme.epidural" {
  title    = "Epidural injections",
  source   = "Acme PM-114",
  in_force = { from = "2025-01-01", to = "2026-12-31" },
  covers   = codes { "cpt:62321", "cpt:62323", "cpt:64479-64480", "cpt:64483-64484" },
  selects_by = "service",
}

local relief     = parameter "repeat_relief" { percent(50), cite = "4.1" }
local relief_for = parameter "repeat_relief_for" { by_date { ["2024-01-01"] = months(3), ["2026-01-01"] = weeks(2) } }
local psychology = parameter "psychology" { "no" }

local earlier = records "procedures" { kind = "epidural-injection", same = "region" }
local zoster  = any_of {
  fact "pain.origin" :is "herpes-zoster",
  records "diagnoses" :some { code = codes { "B02.23", "B02.29" } },
}

criterion "indication" {
  cite = "3.1",
  says = "Pain follows a nerve root, or shingles.",
  met  = fact "pain.pattern" :is_one_of {
    "radicular",
    "claudication",
    "post-laminectomy",
    "herpes-zoster",
  },
  ask  = "Office note.",
  confidence = "P",
}

criterion "concordance" {
  cite = "3.2",
  says = "The imaging agrees with the level and the side.",
  met  = all_of {
    fact "imaging.date" :within(months(24)),
    fact "imaging.level" :agrees_with(line "level"),
    fact "imaging.side" :agrees_with(line "side"),
  },
  ask  = "Imaging report.",
  document = "imaging-report",
}

criterion "conservative-care" {
  cite   = "3.3",
  says   = "Four weeks of care have failed.",
  met    = records "treatments" {
    kind = any_kind { "physical-therapy", "exercise", "medication" },
    outcome = "failed",
  } :total_duration() :at_least(weeks(4)),
  unless = any_of { zoster, fact "treatment.contraindicated" :is(true) },
  accepts = "extracted",
  ask    = "Therapy records.",
}

criterion "technique" {
  cite = "3.4",
  says = "Image guidance, one region, two levels at most, dose under the ceiling.",
  met  = all_of {
    fact "plan.guidance" :is_one_of { "fluoroscopy", "ct" },
    records "lines" { approach = "transforaminal", same = { "region" } } :sum "levels" :at_most(levels(2)),
    any_of { line "approach" :is_not "interlaminar", line "side" :is_not "bilateral" },
    fact "plan.steroid_dose" :at_most(pick(fact "plan.steroid", {
      triamcinolone = mg(80),
      dexamethasone = mg(15),
    })),
  },
  ask  = "Plan of the procedure.",
}

criterion "no-crps" {
  cite = "3.5",
  says = "Not for a complex regional pain syndrome.",
  met  = fact "pain.crps" :is "no",
  presume_absent = true,
  presume_cite = "3.5, last sentence",
  ask  = "Office note.",
}

criterion "safety" {
  cite = "3.6",
  says = "No infection; of the severe pains, no untreated depression.",
  only_if = patient "age" :at_least(years(18)),
  met  = all_of {
    none_of { fact "safety.infection" :is "yes", fact "safety.cord_compression" :is "yes" },
    at_least(1, { psychology :is "no", fact "psych.evaluated" :is "yes" }),
    negate(fact "function.phq9" :more_than(points(19))),
  },
  ask  = "Statement on safety.",
}

pathway "repeat" {
  says = "The region was treated in the last two years.",
  when = earlier:within(months(24)):count() :at_least(1),

  criterion "relief-from-last" {
    cite = "4.1",
    says = "The last one helped for long enough.",
    met  = all_of {
      earlier:latest():field "relief_percent" :at_least(relief),
      earlier:latest():field "relief_for" :at_least(relief_for),
      (request "date_of_service" - earlier:latest():field "performed") :at_least(days(14)),
    },
    ask  = "Scores before and after.",
  },
  criterion "four-a-year" {
    cite = "4.2",
    says = "At most four in twelve months.",
    met  = (earlier:within(months(12)):count() + requested.sessions) :between(0, 4),
  },
  criterion "by-hand" {
    cite  = "4.3",
    says  = "What no word says.",
    reads = { "pain.score", "observations" },
    met   = function(case)
      if case == nil then return undocumented() end
      return met("seen")
    end,
    ask   = "Scores.",
  },
}

safeguard "urgent" {
  cite = "5",
  says = "An urgent request does not wait.",
  when = all_of { request "urgency" :is "expedited", records "observations" { name = "pain-nrs" } :worst "value" :field "value" :at_least(points(9)) },
  instead_of = { "pend", "approve" },
  recommend = "refer",
  expedite = true,
}
]==]

-- What a slip cannot be told from: sentences, names that the author gives.
local FREE = { title = true, source = true, cite = true, says = true, ask = true, presume_cite = true }
local NAMED = { policy = true, criterion = true, pathway = true, safeguard = true, parameter = true }
local KEYWORD = { ["function"] = true, ["if"] = true, ["then"] = true, ["end"] = true, ["return"] = true,
                  ["local"] = true, ["nil"] = true, ["true"] = true, case = true }

-- The tokens of the policy with their position in the text.
local function positions()
  local read, at, tokens = source.read(policy), 1, {}
  for i = 1, read.n do
    local token = { kind = read.kind[i], value = read.value[i], line = read.line[i] }
    local line_start, line = 1, 1
    while line < token.line do
      line_start = policy:find("\n", line_start, true) + 1
      line = line + 1
    end
    at = math.max(at, line_start)
    token.from = policy:find(token.value, at, true)
    token.to = token.from + #token.value - 1
    at = token.to + 1
    token.before, token.before2 = tokens[i - 1], tokens[i - 2]
    tokens[i] = token
  end
  return tokens
end

local function is_free(token)
  if token.kind == "sign" or token.kind == "number" or #token.value < 2 then return true end
  if KEYWORD[token.value] then return true end
  local before, field = token.before, token.before2
  if token.kind == "string" and before and NAMED[before.value] then return true end
  return token.kind == "string" and before and before.value == "=" and FREE[field.value] or token.value == "seen"
end

local function slips_of(word)
  local middle = #word // 2 + 1
  local out = { word:sub(1, middle - 1) .. word:sub(middle + 1) }
  local a, b = word:sub(middle - 1, middle - 1), word:sub(middle, middle)
  if a ~= b then out[#out + 1] = word:sub(1, middle - 2) .. b .. a .. word:sub(middle + 1) end
  return out
end

describe("one slip of one character", function()
  -- A set may be written in two ways and hold the same codes.
  local function meaning(tree) return (tree:gsub('"text":%b[]', '"text":[]')) end
  local sound = meaning((host.load(policy)))

  it("is needed: the policy without slips loads", function()
    assert.equal("", host.slips(policy))
  end)

  local locals = { relief = true, relief_for = true, psychology = true, earlier = true, zoster = true }
  local planted = 0

  for _, token in ipairs(positions()) do
    if not is_free(token) then
      it("in '" .. token.value .. "' of line " .. token.line .. " is named there", function()
        for _, word in ipairs(slips_of(token.value)) do
          planted = planted + 1
          local slipped = policy:sub(1, token.from - 1) .. word .. policy:sub(token.to + 1)
          local tree, slips = host.load(slipped)
          if tree then
            assert.equal(sound, meaning(tree), word)
          else
            local found = false
            for _, slip in ipairs(host.decode(slips)) do
              found = found or slip.line == token.line
              -- A name that its own 'local' misspells is named where it is used.
              found = found or locals[token.value] and token.before.value == "local"
                and slip.text == "'" .. token.value .. "' is not a policy word"
                and slip.help == "did you mean '" .. word .. "'?"
            end
            assert.is_true(found, word .. " " .. slips)
          end
        end
      end)
    end
  end

  it("was planted several hundred times", function() assert.is_true(planted > 400, planted) end)
end)
