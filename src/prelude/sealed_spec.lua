-- sealed_spec.lua - nothing in a policy passes for an object of the language
-- that is none, and nothing that is one can be changed or opened.

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

-- Runs lines as a policy and gives what they left in the table 'seen'.
local function run(lines)
  local seen = {}
  local prelude = host.new()
  local library = { seen = seen, getmetatable = getmetatable, setmetatable = setmetatable, rawget = rawget,
                    rawset = rawset, next = next, pairs = pairs, pcall = pcall, string = string }
  prelude.load("test.lua", host.head .. lines, { env = prelude.environment(library) })
  return seen, prelude
end

local objects = [[
local f = fact "pain.score"
local list = { f, f :at_least(points(4)), records "procedures", records "procedures" :latest(),
               codes { "64483" }, weeks(4), requested, any_kind { "exercise" }, met("x"),
               parameter "p" { weeks(4) } }
]]

describe("an object of the language", function()
  it("has a locked metatable and nothing inside", function()
    local seen = run(objects .. [[
for i, object in next, list do
  seen[i] = { getmetatable(object), next(object) == nil, (pcall(setmetatable, object, {})) }
end]])
    assert.equal(10, #seen)
    for i = 1, #seen do assert.same({ false, true, false }, seen[i]) end
  end)

  it("stays what it is when something is written into it by force", function()
    local seen = run(objects .. [[
rawset(f, "kind", "choice")
rawset(list[2], "op", "any")
seen.finding = all_of { list[2] }
rawset(list[9], "finding", "not_met")
seen.verdict = list[9] ]])
    assert.is_table(seen.finding)
    local prelude = select(2, run(""))
    assert.is_nil((prelude.verdict(seen.verdict)))
  end)

  for _, forgery in ipairs {
    "{ op = \"test\", test = \"is\" }",
    "{ type = \"finding\", node = { op = \"all\", of = {} } }",
    "setmetatable({}, { __index = fact \"plan.contrast\" :is \"yes\" })",
    "function() return true end",
    "\"met\"",
    "true",
  } do
    it("cannot be forged: " .. forgery, function()
      local _, slips = host.new().load("test.lua", host.head
        .. 'criterion "c" { cite = "C", says = "S", ask = "A", reads = nil,\n  met = ' .. forgery .. " }",
        { library = { setmetatable = setmetatable } })
      assert.is_string(slips)
      assert.matches('"line":3', slips, 1, true)
    end)
  end

  it("lends its methods to no look-alike", function()
    assert.equal("4: :at_least is asked of a table, not of a value of the language | "
      .. "write a colon before the test, as fact \"pain.score\" :at_least(points(4)) (P006)",
      host.slips(host.head .. [[
local f = fact "pain.score"
local other = { at_least = f.at_least, op = "fact" }
local forged = all_of { other:at_least(points(4)) }
]]))
  end)
end)

describe("a verdict", function()
  it("is known by identity only", function()
    local prelude = host.new()
    local finding, why = prelude.verdict(prelude.words.not_met("short"))
    assert.same({ "not_met", "short" }, { finding, why })
    for _, forged in ipairs { { finding = "met", type = "verdict" }, "met", true, 1 } do
      assert.is_nil((prelude.verdict(forged)))
    end
    assert.is_nil((prelude.verdict(nil)))
    assert.is_nil((prelude.verdict(host.new().words.met("from another interpreter"))))
  end)
end)

describe("words after loading", function()
  it("raise their slips, for no one collects them any more", function()
    local _, _, prelude = host.load(host.head)
    assert.has_error(function() prelude.words.fact "pain.scor" end,
      "no fact is called 'pain.scor' (P015)")
  end)
end)

describe("library functions", function()
  it("changed by a policy change nothing in the prelude", function()
    local before = (host.load(host.head .. 'criterion "c" { cite = "C", says = "S", ask = "A", '
      .. 'met = fact "pain.score" :at_least(points(4)) }', {}))
    local copies = { string = {}, table = {}, math = {}, type = type, next = next, pairs = pairs }
    local tree = host.new().load("test.lua", host.head .. 'criterion "c" { cite = "C", says = "S", ask = "A", '
      .. 'met = fact "pain.score" :at_least(points(4)) }\n'
      .. 'string.format = 1 table.concat = 1 table.sort = 1 math.type = 1', { library = copies })
    assert.equal(before, tree)
  end)
end)
