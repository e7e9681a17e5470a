-- Which contractor's text serves whom, and from which day on: joints, stimulators and pain
-- programs of registry.lua.

describe("the registry, for joints, stimulators and programs", function()
  local facet      = casefile "cms/cases/facet-first-diagnostic.json" -- no policy is named: it is chosen
  local sacroiliac = casefile "cms/cases/sacroiliac-first-diagnostic.json"
  local stimulator = casefile "cms/cases/stimulator-trial.json"
  local program    = casefile "cms/cases/outpatient-program.json"

  local function chosen(case, payer, state, day, place)
    local answer = judge(case:with {
      coverage = { payor = payer, state = state or none },
      line = { serviced = { start = day or "2026-03-17" }, placeOfService = place },
    })
    return answer.policy and answer.policy.source or answer.lines[1].reasons[1].code
  end
  local function eve(day) return day:sub(1, 8) .. ("%02d"):format(tonumber(day:sub(9)) - 1) end

  for _, row in ipairs {
    { "OH", "CMS LCD L38773, article A58364", "2021-05-02" },
    { "NY", "CMS LCD L35936, article A57826", "2021-04-25" },
    { "MO", "CMS LCD L38841", "2021-04-25" },
    { "TN", "CMS LCD L38765, article A58350", "2021-04-25" },
    { "TX", "CMS LCD L34892, article A56670", "2021-04-25" },
    { "FL", "CMS LCD L33930, article A57787", "2021-04-25" },
    { "CA", "CMS LCD L38801, article A58403", "2021-04-25" },
    { "WA", "CMS LCD L38803, article A58405", "2021-04-25" },
  } do
    it("chooses " .. row[2] .. " for a facet joint in " .. row[1] .. ", since " .. row[3], function()
      assert.equal(row[2], chosen(facet, "Medicare", row[1]))
      assert.equal(row[2], chosen(facet, "Medicare", row[1], row[3]))
      assert.is_not.equal(row[2], chosen(facet, "Medicare", row[1], eve(row[3])))
    end)
  end

  for _, row in ipairs {
    { "OH", "CMS LCD L39383, article A59154" }, { "NY", "CMS LCD L39455, article A59233" },
    { "MO", "CMS LCD L39475, article A59257" }, { "TN", "CMS LCD L39402" },
    { "CA", "CMS LCD L39462, article A59244" }, { "WA", "CMS LCD L39464" },
  } do
    it("chooses " .. row[2] .. " for a sacroiliac joint in " .. row[1] .. ", since 2023-03-19", function()
      assert.equal(row[2], chosen(sacroiliac, "Medicare", row[1], "2023-03-19"))
      assert.is_not.equal(row[2], chosen(sacroiliac, "Medicare", row[1], "2023-03-18"))
    end)
  end
  it("knows no text on that joint of the two contractors that have none", function()
    assert.equal("no_policy", chosen(sacroiliac, "Medicare", "TX"))
    assert.equal("no_policy", chosen(sacroiliac, "Medicare", "FL"))
  end)

  it("gives each state to one contractor", function()
    local text = assert(io.open "policies/registry.lua"):read "a"
    for _, id in ipairs { "cms%.facet%-joint", "cms%.sacroiliac%-joint" } do
      local seen, count = {}, 0
      for states in text:gmatch('register "' .. id .. '" {.-states = (%b{})') do
        for state in states:gmatch '"(%u%u)"' do
          assert.is_nil(seen[state], state)
          seen[state], count = true, count + 1
        end
      end
      assert.is_true(count > 30, id)
    end
  end)

  it("chooses the national text on stimulators in every state, and other payers by their name", function()
    for _, state in ipairs { "OH", "TX", "CA" } do
      assert.equal("CMS NCD 160.7, LCD L37632 among others", chosen(stimulator, "Medicare", state))
    end
    assert.equal("BCBS Alabama MP-328 (May 2023 and May 2024)", chosen(stimulator, "BCBS Alabama", "AL"))
    assert.equal("Aetna CPB 0194 Spinal Cord Stimulation", chosen(stimulator, "Aetna", "OH"))
    assert.equal("Aetna CPB 0016 Back Pain, facet joints", chosen(facet, "Aetna", "OH"))
    assert.equal("no_policy", chosen(stimulator, "Some Other Plan", "OH"))
  end)

  it("tells a stay in a hospital from a program for outpatients by the place", function()
    local outpatient = "CMS NCD 10.4 Outpatient Hospital Pain Rehabilitation Programs"
    assert.equal(outpatient, chosen(program, "Medicare", "OH", nil, "22"))
    assert.equal("CMS NCD 10.3 Inpatient Hospital Pain Rehabilitation Programs",
      chosen(program, "Medicare", "OH", nil, "21"))
    assert.equal("BCBSND medical policy Chronic Pain Programs", chosen(program, "BCBSND", "ND", nil, "22"))
  end)
end)
