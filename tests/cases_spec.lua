-- The example cases of the policies, through the program that everybody runs: each
-- policies/*/cases/NAME.json has a NAME.expected.json beside it, and the answer must be
-- that, criterion by criterion.
--
--   { "policy": "cms.epidural-injections",   or null where none serves the case
--     "recommendation": "refer", "expedite": false,
--     "criteria": { "contrast": "met", "one-unit": { "1": "met", "2": "not_met" } },
--     "lines": { "1": "approve", "2": "pend" },
--     "safeguards": ["running-pump"], "reasons": ["criterion_not_met"], "bridge_suggested": true }
--
-- A finding by itself holds for every line it was made for; a table gives one a line
-- ("request" where it was made for the whole). "lines", "safeguards", "reasons" and
-- "bridge_suggested" may be left out; a safeguard or reason that is named must be among those given.
-- "ask": "cms.l35112" asks for that policy by name, where otherwise the registry chooses.

local json = require "dkjson"

local PROGRAM = os.getenv "RUBRIC" or "build/rubric"
local HOME = (os.getenv "TMPDIR" or "/tmp") .. "/cases-home"

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- The lines that a command prints, and what it says besides.
local function run(command)
  local errors = os.tmpname()
  local handle = assert(io.popen(command .. " 2>" .. quoted(errors), "r"))
  local lines = {}
  for text in handle:lines() do lines[#lines + 1] = text end
  handle:close()
  local said = assert(io.open(errors)):read "a"
  os.remove(errors)
  return lines, said
end

local function case_files()
  local files = {}
  for _, path in ipairs(run "find policies -path '*/cases/*.json' | LC_ALL=C sort") do
    if not path:find("%.expected%.json$") then files[#files + 1] = path end
  end
  return files
end

local function review(files, policy)
  local words = {}
  for i, path in ipairs(files) do words[i] = quoted(path) end
  return run(quoted(PROGRAM) .. " review --json --home " .. quoted(HOME)
             .. (policy and " --policy " .. quoted(policy) or "") .. " " .. table.concat(words, " "))
end

local function read(path)
  local handle = io.open(path)
  if not handle then return nil end
  local value, _, message = json.decode(handle:read "a")
  handle:close()
  assert(value, path .. ": " .. tostring(message))
  return value
end

local function expectation(path) return read((path:gsub("%.json$", ".expected.json"))) end

-- One process for all files; where one of them cannot be read, each by itself.
local function answers_of(files)
  local lines = review(files)
  local answers = {}
  for i, path in ipairs(files) do
    local policy = (expectation(path) or {}).ask
    if #lines == #files and policy == nil then
      answers[path] = json.decode(lines[i])
    else
      local own, said = review({ path }, policy)
      answers[path] = own[1] and json.decode(own[1]) or said
    end
  end
  return answers
end

local function sorted(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

local function place_of(criterion)
  return criterion.line and criterion.line ~= json.null and tostring(criterion.line) or "request"
end

local function said(criterion)
  local why = criterion.because
  return why and why ~= json.null and why ~= "" and " (" .. why .. ")" or ""
end

local function compare_criteria(wanted, answer, wrong)
  for _, id in ipairs(sorted(wanted)) do
    local want, places = wanted[id], {}
    for _, criterion in ipairs(answer.criteria) do
      if criterion.id == id then
        local place = place_of(criterion)
        local finding = type(want) == "table" and want[place] or want
        places[place] = true
        if type(finding) == "string" and criterion.finding ~= finding then
          wrong[#wrong + 1] = ("%s, %s: %s, expected %s%s"):format(id,
            place == "request" and place or "line " .. place, criterion.finding, finding, said(criterion))
        end
      end
    end
    if next(places) == nil then wrong[#wrong + 1] = id .. ": no such criterion in the answer" end
    for _, place in ipairs(type(want) == "table" and sorted(want) or {}) do
      if not places[place] then wrong[#wrong + 1] = id .. ": not judged for " .. place end
    end
  end
end

local function compare_lines(expected, answer, wrong)
  local codes, guards = {}, {}
  for _, one in ipairs(answer.lines) do
    local want = (expected.lines or {})[tostring(one.sequence)]
    if want and one.recommendation ~= want then
      wrong[#wrong + 1] = ("line %d: %s, expected %s"):format(one.sequence, one.recommendation, want)
    end
    for _, reason in ipairs(one.reasons) do
      codes[reason.code] = true
      if type(reason.criterion) == "string" then guards[reason.criterion] = true end
    end
  end
  for _, code in ipairs(expected.reasons or {}) do
    if not codes[code] then
      wrong[#wrong + 1] = ("no reason '%s'; there are: %s"):format(code, table.concat(sorted(codes), ", "))
    end
  end
  for _, id in ipairs(expected.safeguards or {}) do
    if not guards[id] then wrong[#wrong + 1] = "no reason names the safeguard '" .. id .. "'" end
  end
end

-- Every difference between what was expected and what came.
local function differences(expected, answer)
  local wrong = {}
  local policy = answer.policy and answer.policy ~= json.null and answer.policy.id or nil
  local want = expected.policy ~= json.null and expected.policy or nil
  if policy ~= want then
    wrong[1] = ("judged by %s, expected %s"):format(tostring(policy), tostring(want))
  end
  if answer.recommendation ~= expected.recommendation then
    wrong[#wrong + 1] = ("recommended %s, expected %s"):format(answer.recommendation, expected.recommendation)
  end
  if expected.expedite ~= nil and answer.expedite ~= expected.expedite then
    wrong[#wrong + 1] = ("expedite is %s, expected %s"):format(tostring(answer.expedite),
      tostring(expected.expedite))
  end
  if expected.bridge_suggested ~= nil and (answer.bridge_suggested or false) ~= expected.bridge_suggested then
    wrong[#wrong + 1] = ("a bridge is%s suggested"):format(answer.bridge_suggested and "" or " not")
  end
  compare_criteria(expected.criteria or {}, answer, wrong)
  compare_lines(expected, answer, wrong)
  return wrong
end

-- What holds the answer up, to read beside a difference.
local function open_points(answer)
  local out = {}
  for _, criterion in ipairs(answer.criteria) do
    if criterion.finding == "not_met" or criterion.finding == "undocumented" then
      out[#out + 1] = ("    %s, %s: %s%s"):format(criterion.id, place_of(criterion), criterion.finding,
        said(criterion))
    end
  end
  return #out > 0 and "\n  open in the answer:\n" .. table.concat(out, "\n") or ""
end

local function check(path, answer)
  local expected = expectation(path)
  if expected == nil then error(path .. " has no .expected.json beside it", 0) end
  if type(answer) ~= "table" then error(path .. " got no answer:\n" .. tostring(answer), 0) end
  local wrong = differences(expected, answer)
  if #wrong > 0 then
    error(path .. ":\n  " .. table.concat(wrong, "\n  ") .. open_points(answer), 0)
  end
end

describe("the example cases", function()
  local files = case_files()
  local answers

  lazy_setup(function()
    os.execute("mkdir -p " .. quoted(HOME))
    answers = answers_of(files)
  end)
  lazy_teardown(function() os.execute("rm -rf " .. quoted(HOME)) end)

  it("are there", function() assert.is_true(#files > 0) end)

  for _, path in ipairs(files) do
    local expected = expectation(path) or {}
    it(("%s: %s"):format(path:gsub("^policies/", ""), expected.recommendation or "nothing expected"), function()
      check(path, answers[path])
    end)
  end

  it("never come out as a denial or a part of one", function()
    for _, path in ipairs(files) do
      local answer = answers[path]
      if type(answer) == "table" then
        assert.is_truthy(({ approve = true, pend = true, refer = true })[answer.recommendation], path)
        for _, one in ipairs(answer.lines) do
          assert.is_truthy(({ approve = true, pend = true, refer = true })[one.recommendation], path)
        end
      end
    end
  end)

  -- An expectation that could not fail would prove nothing.
  it("are told from a wrong expectation", function()
    local answer = { policy = { id = "p.q" }, recommendation = "refer", expedite = false,
      criteria = { { id = "a", line = 1, finding = "met" }, { id = "a", line = 2, finding = "not_met" } },
      lines = { { sequence = 1, recommendation = "refer", reasons = { { code = "safeguard", criterion = "g" } } } } }
    assert.same({}, differences({ policy = "p.q", recommendation = "refer", expedite = false,
      criteria = { a = { ["1"] = "met", ["2"] = "not_met" } }, lines = { ["1"] = "refer" },
      reasons = { "safeguard" }, safeguards = { "g" } }, answer))
    assert.same({
      "judged by p.q, expected x.y", "recommended refer, expected approve", "expedite is false, expected true",
      "a bridge is not suggested",
      "a, line 2: not_met, expected met", "b: no such criterion in the answer", "line 1: refer, expected pend",
      "no reason 'no_policy'; there are: safeguard", "no reason names the safeguard 'h'",
    }, differences({ policy = "x.y", recommendation = "approve", expedite = true,
      bridge_suggested = true, criteria = { a = "met", b = "met" }, lines = { ["1"] = "pend" },
      reasons = { "no_policy" }, safeguards = { "h" } }, answer))
  end)
end)
