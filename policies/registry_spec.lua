-- Which contractor's text serves whom, and from which day on: the epidural part of registry.lua.

describe("the registry, for epidural injections", function()
  local first = casefile "cms/cases/a05-004b-first-injection.json" -- no policy is named: it is chosen

  local function chosen(payer, state, day)
    local answer = judge(first:with {
      coverage = { payor = payer, state = state or none },
      line = { serviced = { start = day or "2026-02-10" } },
    })
    return answer.policy and answer.policy.source or answer.lines[1].reasons[1].code
  end

  for _, row in ipairs {
    { "OH", "CMS LCD L39015, article A58731", "2021-12-05" },
    { "NY", "CMS LCD L39036, article A58745", "2021-12-05" },
    { "MO", "CMS LCD L39054, article A58777", "2021-12-05" },
    { "TN", "CMS LCD L38994, article A58695", "2021-12-05" },
    { "TX", "CMS LCD L36920, article A56681", "2021-12-12" },
    { "FL", "CMS LCD L33906, article A56651", "2021-12-12" },
    { "WA", "CMS LCD L39240, article A58993", "2022-06-19" },
    { "CA", "CMS LCD L39242, article A58995", "2022-06-19" },
  } do
    it("chooses " .. row[2] .. " in " .. row[1] .. ", since " .. row[3], function()
      local state, source, day = row[1], row[2], row[3]
      assert.equal(source, chosen("Medicare", state))
      assert.equal(source, chosen("Medicare", state, day))
      local before = day:sub(1, 8) .. ("%02d"):format(tonumber(day:sub(9)) - 1)
      assert.is_not.equal(source, chosen("Medicare", state, before))
    end)
  end

  it("chooses eviCore by the payer alone", function()
    assert.equal("eviCore CMM-200", chosen("eviCore", "OH"))
  end)

  it("knows no policy of Medicare without a state, nor of a payer that is not there", function()
    assert.equal("no_policy", chosen("Medicare", nil))
    assert.equal("no_policy", chosen("Some Other Plan", "OH"))
  end)

  it("gives each state to one contractor", function()
    local seen = {}
    for states in assert(io.open "policies/registry.lua"):read("a")
                    :gmatch 'register "cms%.epidural%-injections" {.-states = (%b{})' do
      for state in states:gmatch '"(%u%u)"' do
        assert.is_nil(seen[state], state)
        seen[state] = true
      end
    end
    assert.is_true(seen.OH and seen.VI)
  end)
end)
