-- cms.l35112 was retired on 2023-11-02: the day after, asking for it finds no version.

describe("cms.l35112", function()
  policy "cms.l35112"

  local request = casefile { lines = { "62362" }, diagnoses = { "M96.1" }, asOf = "2023-11-02" }

  it("judges on its last day", function()
    assert.equal("cms.l35112", judge(request).policy.id)
    assert.recommends("pend", request)
  end)

  it("is unknown on the day after, and nobody else steps in unasked", function()
    local late = request:with { asOf = "2023-11-03" }
    assert.reason("policy_version_unknown", late)
    assert.recommends("refer to physician", late)
  end)

  it("gives way to the NCD where the registry chooses", function()
    local function chosen(day, state)
      local case = request:with { asOf = day, coverage = { payor = "Medicare", state = state } }
      return judge(case:under(nil)).policy.id
    end
    assert.equal("cms.l35112", chosen("2023-11-02", "PA"))
    assert.equal("ncd.280-14", chosen("2023-11-03", "PA"))
    assert.equal("ncd.280-14", chosen("2023-11-02", "OH"))
  end)
end)
