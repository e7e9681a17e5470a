-- rubric.testing through the real program: each assertion, holding and failing.

local function failure(...)
  local fine, message = pcall(...)
  assert.is_false(fine, "the assertion held")
  return (tostring(type(message) == "table" and message.message or message):gsub("^%S+_spec%.lua:%d+: ", ""))
end

describe("the assertions of rubric.testing", function()
  policy "tests/cli/example.lua"

  local first = casefile {
    ["pain.score"] = 7,
    treatments = {
      { kind = "physical-therapy", status = "completed", outcome = { result = "failed" },
        period = { start = "2026-03-02", ["end"] = "2026-04-24" } },
    },
  }
  local silent = first:without { "pain.score", "treatments" }

  it("hold where they should", function()
    assert.recommends("approve", first)
    assert.recommends("refer to physician", first:with { ["pain.score"] = 2 })
    assert.criterion("pain", first, "met")
    assert.criterion("pain", silent, "undocumented")
    assert.asks_for({}, first)
    assert.asks_for({ "Office note with a pain score.", "failed-care" }, silent)
    assert.reason("missing_document", silent)
    assert.is_not.recommends("approve", silent)
  end)

  it("take a code of the policy for a case without lines", function()
    assert.equal("64483", first.document.request.lines[1].code)
  end)

  it("print what was found, with its evidence", function()
    local message = failure(assert.recommends, "approve", first:with { ["pain.score"] = 2 })
    assert.matches("recommended 'refer', not 'approve'", message, 1, true)
    assert.matches("pain: not met", message)
    assert.matches("pain.score = 2", message, 1, true)
    message = failure(assert.criterion, "pain", first, "undocumented")
    assert.matches("criterion 'pain' is not 'undocumented'", message, 1, true)
    message = failure(assert.asks_for, { "A letter." }, silent)
    assert.matches("Office note with a pain score. (pain)", message, 1, true)
    message = failure(assert.reason, "no_policy", silent)
    assert.matches("no line has the reason 'no_policy'", message, 1, true)
  end)

  it("name a criterion that does not exist, and those that do", function()
    local message = failure(assert.criterion, "pian", first, "met")
    assert.matches("no criterion 'pian' was judged; there are: failed-care, pain", message, 1, true)
  end)

  it("name what is wrong with a case", function()
    local message = failure(assert.recommends, "approve", first:with { asOf = "yesterday" })
    assert.matches("/asOf", message, 1, true)
  end)

  it("judge a case document from a file", function()
    assert.recommends("approve", casefile "tests/cli/example.json")
    assert.recommends("approve", casefile "../../../tests/cli/example.json")
  end)

  it("give the whole answer", function()
    local answer = judge(first)
    assert.equal("rubric-answer/1", answer.schema)
    assert.equal("example.epidural", answer.policy.id)
  end)
end)
