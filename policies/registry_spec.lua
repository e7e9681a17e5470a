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

  describe("WISeR", function()
    local function reach(state, day, place, code)
      local answer = judge(first:with {
        coverage = { payor = "Medicare", state = state },
        line = { serviced = { start = day or "2026-02-10" }, placeOfService = place or "22", code = code or "64483" },
      })
      for _, criterion in ipairs(answer.criteria) do
        if criterion.id == "wiser-reach" then return criterion.finding, answer end
      end
    end

    it("asks for authorization in six states and no other", function()
      for _, state in ipairs { "AZ", "NJ", "OH", "OK", "TX", "WA" } do assert.equal("met", reach(state), state) end
      for _, state in ipairs { "KY", "PA", "OR", "CA", "FL", "NY", "MO", "TN", "GU" } do
        assert.equal("not_applicable", reach(state), state)
      end
    end)

    it("asks for services from 2026-01-15 to 2031-12-31", function()
      for _, state in ipairs { "OH", "TX", "WA" } do
        assert.equal("not_applicable", reach(state, "2026-01-14"))
        assert.equal("met", reach(state, "2026-01-15"))
        assert.equal("met", reach(state, "2031-12-31"))
        assert.equal("not_applicable", reach(state, "2032-01-01"))
      end
    end)

    it("reaches office, home, outpatient departments and surgical centers, and the codes with imaging", function()
      for _, place in ipairs { "11", "12", "19", "22", "24" } do assert.equal("met", reach("OH", nil, place)) end
      assert.equal("not_met", reach("OH", nil, "21"))
      assert.equal("not_met", reach("OH", nil, nil, "62322"))
      local silent = first:edit(function(document) document.request.lines[1].placeOfService = nil end)
      assert.criterion("wiser-reach", silent, "undocumented")
      assert.recommends("pend", silent)
    end)
  end)

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
    local count = 0
    for _ in pairs(seen) do count = count + 1 end
    assert.equal(56, count) -- the states, the District, and five territories
    assert.is_true(seen.OH and seen.VI and seen.GU)
  end)
end)

-- Until when each must be decided; the arithmetic itself is tested in src/judge/clock_test.c.

describe("the clocks of the registry", function()
  local first = casefile "cms/cases/a05-004b-first-injection.json"

  local function due(received, coverage, more)
    local changed = first:with { received = received, coverage = coverage }
    return judge(more and changed:edit(more) or changed).due
  end

  for _, row in ipairs {
    { "Medicare Advantage, seven days", { lineOfBusiness = "medicare-advantage" }, "2026-03-02T10:00:00-05:00",
      "2026-03-09", "medicare-advantage-medicaid-chip" },
    { "Medicaid, seven days of the calendar", { lineOfBusiness = "medicaid" }, "2026-05-22T10:00:00-05:00",
      "2026-05-29", "medicare-advantage-medicaid-chip" },
    { "a group plan, fifteen days", { lineOfBusiness = "commercial", state = "OH" }, "2026-03-02T10:00:00-05:00",
      "2026-03-17", "erisa" },
    { "a plan in California, five business days", { lineOfBusiness = "commercial", state = "CA" },
      "2026-05-21T10:00:00-07:00", "2026-05-29", "california-health-plan" }, -- the 25th is a holiday
    { "a plan in California, over Christmas", { lineOfBusiness = "commercial", state = "CA" },
      "2026-12-23T10:00:00-08:00", "2026-12-31", "california-health-plan" },
    { "workers' compensation, before the hour", { payor = "California Workers' Compensation" },
      "2026-03-02T17:30:00-08:00", "2026-03-09", "california-workers-comp" },
    { "workers' compensation, after the hour", { payor = "California Workers' Compensation" },
      "2026-03-02T17:31:00-08:00", "2026-03-10", "california-workers-comp" },
  } do
    it("runs for " .. row[1], function()
      local found = due(row[3], row[2])
      assert.equal(row[5], found.clock)
      assert.equal(row[4], found.on)
    end)
  end

  it("runs seventy-two hours for what is urgent", function()
    local found = due("2026-03-06T16:00:00-05:00", { lineOfBusiness = "medicare-advantage" },
      function(document) document.request.urgency = "expedited" end)
    assert.equal("2026-03-09T16:00:00-05:00", found.at)
    assert.equal("expedited", found.urgency)
  end)

  it("shows how far a request may be extended, and does not add it", function()
    local found = due("2026-03-02T10:00:00-05:00", { lineOfBusiness = "chip" })
    assert.equal("2026-03-09", found.on)
    assert.equal("2026-03-23", found.extended)
  end)

  it("runs thirty days for an independent review in California", function()
    local found = due("2026-03-02T10:00:00-08:00", { payor = "California Workers' Compensation" },
      function(document) document.request.forum = "imr" end)
    assert.equal("2026-04-01", found.on)
    assert.equal("california-imr", found.clock)
  end)

  it("has none for Original Medicare, and says so", function()
    local found = due("2026-03-02T10:00:00-05:00", { payor = "Medicare", state = "OH", lineOfBusiness = "medicare" })
    assert.is_nil(found.on)
    assert.equal("the registry has no clock for this payer, line of business and day", found.says)
  end)

  it("counted otherwise before 2026, which is not here", function()
    local found = due("2025-12-31T10:00:00-05:00", { lineOfBusiness = "medicare-advantage" })
    assert.is_nil(found.on)
  end)

  it("counts nothing from a receipt that nobody recorded", function()
    local found = due(none, { lineOfBusiness = "medicare-advantage" })
    assert.is_nil(found.on)
    assert.equal("when the request was received is not on file", found.says)
  end)
end)
