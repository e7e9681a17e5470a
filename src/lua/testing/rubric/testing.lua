-- rubric.testing: words for the specs beside the policies.
--
--   policy "cms.epidural-injections"          the policy that the cases below are judged by
--   local first = casefile { ["pain.score"] = 7, diagnoses = { "M54.16" } }
--   local again = first:with { procedures = { ... } }:without "pain.score"
--   assert.recommends("approve", first)       approve, pend, or refer to physician
--   assert.criterion("indication", first, "met")
--   assert.asks_for({ "Procedure note of the last injection." }, again)
--   assert.reason("criterion_not_met", again)
--   local answer = judge(first)               the whole answer document
--
-- Each case goes to `rubric batch --no-audit`, the program that everybody runs,
-- in a process of its own. The program is $RUBRIC, else build/rubric. Requiring
-- this module, or running busted with --helper=rubric.testing, makes the words
-- global. See docs/qa.md.

local json = require "dkjson"
local say = require "say"
local assert = require "luassert"
local casefiles = require "rubric.casefiles"

local none = casefiles.none
local WAIT_SECONDS = 60

local state = { policy = nil, pipe = nil, lines = {}, asked = nil }
local testing = {}

-- The program ---------------------------------------------------------------

local function readable(path)
  local file = io.open(path, "rb")
  if file == nil then
    return false
  end
  file:close()
  return true
end

local function program()
  local path = os.getenv "RUBRIC" or "build/rubric"
  if not readable(path) then
    error(("rubric.testing: there is no program '%s': run 'make', or set RUBRIC"):format(path), 0)
  end
  return path
end

-- The C half lies beside the program, so that the two are of one build.
local function pipe_module(path)
  local folder = path:match "^(.*)/[^/]*$" or "."
  for _, place in ipairs { "/lib/lua/rubric/pipe.so", "/../lib/rubric/lua/rubric/pipe.so" } do
    if readable(folder .. place) then
      local open, message = package.loadlib(folder .. place, "luaopen_rubric_pipe")
      return open and open() or error("rubric.testing: " .. message, 0)
    end
  end
  return require "rubric.pipe"
end

local function connect()
  if state.pipe == nil then
    local path = program()
    local pipe, message = pipe_module(path).open(path, "batch", "--no-audit")
    state.pipe = pipe or error("rubric.testing: " .. message, 0)
  end
  return state.pipe
end

-- Why a case got no answer: its problems, each at its place, or else the message.
local function problems_of(failure)
  local problems = failure.report and failure.report.problems or {}
  if #problems == 0 then
    local help = failure.error.help ~= "" and "\n  help: " .. failure.error.help or ""
    return failure.error.message .. help
  end
  local lines = { "the case was not judged:" }
  for _, problem in ipairs(problems) do
    lines[#lines + 1] = ("  %s: %s"):format(problem.pointer, problem.text)
  end
  return table.concat(lines, "\n")
end

-- Wherever a level is handed down, it is the one that error() needs in that very
-- function to name the spec's line; hence no tail calls, which would lose a step.

-- `rubric test --coverage` names a file that is to hold every line that was asked.
local function note_asked(line)
  local path = os.getenv "RUBRIC_COVERAGE"
  if path == nil then
    return
  end
  state.asked = state.asked or assert(io.open(path, "a"))
  state.asked:write(line, "\n")
  state.asked:flush()
end

-- The answer to one case, or an error.
local function ask(casefile, level)
  local line = json.encode {
    case = casefile.document, policy = casefile.policy, as_of = casefile.as_of,
  }
  note_asked(line)
  local text, message = connect():ask(line, WAIT_SECONDS)
  if text == nil then
    state.pipe = nil
    error("rubric.testing: " .. message, level)
  end
  local answer = json.decode(text)
  if answer == nil or answer.schema ~= "rubric-answer/1" then
    error(answer and answer.error and problems_of(answer) or "rubric.testing: no answer: " .. text,
      level)
  end
  return answer
end

-- The first code that a policy covers, for cases that name no line.
local function first_line(policy)
  if state.lines[policy] == nil then
    local command = ("'%s' policy show --json '%s'"):format(program():gsub("'", "'\\''"), policy)
    local output = io.popen(command, "r")
    local tree = json.decode(output:read "a" or "")
    output:close()
    local set = tree and tree.covers and tree.sets[tree.covers + 1]
    local item = set and set.items[1]
    state.lines[policy] = item and { code = item.from, system = item.system } or false
  end
  return state.lines[policy]
end

-- Casefiles -----------------------------------------------------------------

local Casefile = {}
Casefile.__index = Casefile
Casefile.__name = "casefile"

local function new_casefile(document, policy, as_of)
  return setmetatable({ document = document, policy = policy, as_of = as_of }, Casefile)
end

local function changed(casefile, changes, level)
  local document = casefiles.copy(casefile.document)
  local fine, message = pcall(casefiles.apply, document, changes)
  if not fine then
    error(message, level)
  end
  return new_casefile(document, casefile.policy, casefile.as_of)
end

-- A casefile like this one, but for the changes; this one stays as it is.
function Casefile:with(changes)
  return (changed(self, changes, 3))
end

-- A casefile without these facts or lists.
function Casefile:without(first, ...)
  local names = type(first) == "table" and first or { first, ... }
  local changes = {}
  for _, name in ipairs(names) do
    changes[name] = none
  end
  return (changed(self, changes, 3))
end

-- The same casefile under another policy.
function Casefile:under(policy)
  return new_casefile(casefiles.copy(self.document), policy, self.as_of)
end

-- The same casefile judged as if on another day.
function Casefile:on(day)
  return new_casefile(casefiles.copy(self.document), self.policy, day)
end

-- A casefile like this one after edit(document) has had its way with the whole.
function Casefile:edit(edit)
  local document = casefiles.copy(self.document)
  edit(document)
  return new_casefile(document, self.policy, self.as_of)
end

-- The folder of the spec that calls; level as for error().
local function folder_of(level)
  return debug.getinfo(level, "S").source:match "^@(.*)/[^/]*$" or "."
end

-- Reads a case file; the path is from the working folder or from the spec's own.
local function load_document(path, level)
  local file = io.open(path, "rb") or io.open(folder_of(level + 1) .. "/" .. path, "rb")
  if file == nil then
    error(("there is no case file '%s'"):format(path), level)
  end
  local text = file:read "a"
  file:close()
  local document, _, message = json.decode(text, 1, json.null)
  if document == nil then
    error(("case file '%s' is not JSON: %s"):format(path, message), level)
  end
  return document
end

-- casefile "cases/a01.json", casefile(document), or casefile { facts and lists }.
function testing.casefile(what)
  if type(what) == "string" then
    return new_casefile(load_document(what, 3), state.policy)
  elseif type(what) ~= "table" then
    error("a casefile is the path of a case document, or a table", 2)
  elseif what.schema ~= nil then
    return new_casefile(casefiles.copy(what), state.policy)
  end
  local document = casefiles.blank()
  local line = what.lines == nil and state.policy and first_line(state.policy)
  if line then
    casefiles.add_line(document, line.code, line.system)
  end
  return (changed(new_casefile(document, state.policy), what, 3))
end

-- Names the policy of the casefiles that follow in this file; nil: the registry
-- chooses. An id, or a policy file, from the working folder or beside the spec.
function testing.policy(name)
  if type(name) == "string" and name:match "%.lua$" and not readable(name) then
    local beside = folder_of(3) .. "/" .. name
    name = readable(beside) and beside or name
  end
  state.policy = name
  return name
end

-- The whole answer document of a casefile, as a table.
function testing.judge(casefile)
  if getmetatable(casefile) ~= Casefile then
    error("what is judged is a casefile", 2)
  end
  if casefile.answer == nil then
    casefile.answer = ask(casefile, 3)
  end
  return casefile.answer
end

-- What an answer says, in words ----------------------------------------------

local FINDINGS = {
  ["met"] = "met", ["not met"] = "not_met", ["undocumented"] = "undocumented",
  ["not applicable"] = "not_applicable", ["does not apply"] = "not_applicable",
}
local RECOMMENDATIONS = {
  ["approve"] = "approve", ["pend"] = "pend", ["refer"] = "refer",
  ["refer to physician"] = "refer", ["refer to a physician"] = "refer",
}

local function finding_words(finding)
  return (finding:gsub("_", " "))
end

local function value_words(value)
  return type(value) == "table" and json.encode(value) or tostring(value)
end

local function evidence_words(criterion)
  local parts = {}
  if criterion.because and criterion.because ~= json.null then
    parts[#parts + 1] = criterion.because
  end
  for _, evidence in ipairs(criterion.evidence or {}) do
    local date = evidence.date and (" on " .. evidence.date) or ""
    parts[#parts + 1] = ("%s = %s%s"):format(evidence.fact, value_words(evidence.value), date)
  end
  return #parts > 0 and " (" .. table.concat(parts, "; ") .. ")" or ""
end

local function criterion_words(criterion)
  local line = criterion.line and (" line %d"):format(criterion.line) or ""
  local conflict = criterion.conflict == true and ", contradicted" or ""
  return ("  %s%s: %s%s%s"):format(criterion.id, line, finding_words(criterion.finding), conflict,
    evidence_words(criterion))
end

-- What keeps the answer from being approve: open criteria, reasons, an error.
local function open_words(answer)
  local lines = {}
  for _, criterion in ipairs(answer.criteria) do
    if criterion.finding == "not_met" or criterion.finding == "undocumented" then
      lines[#lines + 1] = criterion_words(criterion)
    end
  end
  for _, line in ipairs(answer.lines) do
    for _, reason in ipairs(line.reasons) do
      lines[#lines + 1] = ("  line %d %s: %s %s"):format(line.sequence, line.code, reason.code,
        reason.criterion or "")
    end
  end
  if answer.error then
    lines[#lines + 1] = ("  error %s: %s"):format(answer.error.code, answer.error.message)
  end
  return table.concat(lines, "\n")
end

-- Assertions ------------------------------------------------------------------

-- Each takes the casefile at a place of its own; this gives it, and its answer.
local function judged(arguments, place, name, level)
  local casefile = arguments[place]
  if getmetatable(casefile) ~= Casefile then
    error(("assert.%s: argument %d is not a casefile"):format(name, place), level)
  end
  if casefile.answer == nil then
    casefile.answer = ask(casefile, level + 1)
  end
  return casefile.answer
end

-- luassert formats what is left of the arguments: an empty list keeps it short.
local function verdict(self, arguments, holds, message)
  if not holds then
    self.failure_message = message
  end
  for i = 1, arguments.n do
    arguments[i] = nil
  end
  arguments.n = 0
  return holds
end

local function recommends(self, arguments, level)
  level = level + 1
  local expected = RECOMMENDATIONS[arguments[1]]
  if expected == nil then
    error(("assert.recommends: '%s' is not approve, pend or refer to physician")
      :format(tostring(arguments[1])), level)
  end
  local answer = judged(arguments, 2, "recommends", level + 1)
  return verdict(self, arguments, answer.recommendation == expected,
    ("recommended '%s', not '%s'\n%s"):format(answer.recommendation, expected, open_words(answer)))
end

local function criteria_called(answer, id)
  local found = {}
  for _, criterion in ipairs(answer.criteria) do
    if criterion.id == id then
      found[#found + 1] = criterion
    end
  end
  return found
end

local function known_ids(answer)
  local ids, seen = {}, {}
  for _, criterion in ipairs(answer.criteria) do
    if not seen[criterion.id] then
      ids[#ids + 1] = criterion.id
      seen[criterion.id] = true
    end
  end
  table.sort(ids)
  return table.concat(ids, ", ")
end

-- criterion(id, casefile, finding [, line]): on every line where it was judged.
local function criterion(self, arguments, level)
  level = level + 1
  local id, finding, line = arguments[1], FINDINGS[arguments[3]], arguments[4]
  if finding == nil then
    error(("assert.criterion: '%s' is not met, not met, undocumented or not applicable")
      :format(tostring(arguments[3])), level)
  end
  local answer = judged(arguments, 2, "criterion", level + 1)
  local found = criteria_called(answer, id)
  local holds = #found > 0
  local words = {}
  for _, one in ipairs(found) do
    if line == nil or one.line == line then
      holds = holds and one.finding == finding
      words[#words + 1] = criterion_words(one)
    end
  end
  if #words == 0 then
    error(("assert.criterion: no criterion '%s' was judged%s; there are: %s"):format(tostring(id),
      line and " on line " .. line or "", known_ids(answer)), level)
  end
  return verdict(self, arguments, holds, ("criterion '%s' is not '%s':\n%s"):format(id,
    finding_words(finding), table.concat(words, "\n")))
end

local function paper_is(paper, name)
  return paper.ask == name or paper.document == name or paper.criterion == name
end

-- True if the set is exactly these papers, in any order.
local function set_is(set, names)
  for _, name in ipairs(names) do
    local there = false
    for _, paper in ipairs(set) do
      there = there or paper_is(paper, name)
    end
    if not there then
      return false
    end
  end
  for _, paper in ipairs(set) do
    local named = false
    for _, name in ipairs(names) do
      named = named or paper_is(paper, name)
    end
    if not named then
      return false
    end
  end
  return true
end

local function sets_words(missing)
  local lines = {}
  for i, set in ipairs(missing) do
    for _, paper in ipairs(set) do
      lines[#lines + 1] = ("  %d. %s (%s)"):format(i, paper.ask or paper.document or "?",
        paper.criterion)
    end
  end
  return #lines > 0 and table.concat(lines, "\n") or "  nothing"
end

-- asks_for(papers, casefile): one of the smallest sets is exactly these papers,
-- each named by its ask, its document or its criterion; {} asks for nothing.
local function asks_for(self, arguments, level)
  level = level + 1
  local names = arguments[1]
  if type(names) ~= "table" then
    error("assert.asks_for: the papers are a list", level)
  end
  local answer = judged(arguments, 2, "asks_for", level + 1)
  local holds = #names == 0 and #answer.missing == 0
  for _, set in ipairs(answer.missing) do
    holds = holds or (#names > 0 and set_is(set, names))
  end
  return verdict(self, arguments, holds, ("no set of papers is '%s'; asked for:\n%s"):format(
    table.concat(names, "' and '"), sets_words(answer.missing)))
end

-- reason(code, casefile): a line has this reason.
local function reason(self, arguments, level)
  level = level + 1
  local code = arguments[1]
  local answer = judged(arguments, 2, "reason", level + 1)
  local holds = false
  for _, line in ipairs(answer.lines) do
    for _, one in ipairs(line.reasons) do
      holds = holds or one.code == code
    end
  end
  return verdict(self, arguments, holds,
    ("no line has the reason '%s':\n%s"):format(tostring(code), open_words(answer)))
end

for name, callback in pairs {
  recommends = recommends, criterion = criterion, asks_for = asks_for, reason = reason,
} do
  say:set("assertion." .. name .. ".positive", "")
  say:set("assertion." .. name .. ".negative", "the opposite of assert." .. name .. " was expected")
  assert:register("assertion", name, callback, "assertion." .. name .. ".positive",
    "assertion." .. name .. ".negative")
end

-- unreachable("pump-in-place", "not met", why): no case can give that finding under the
-- policy of this file, so coverage does not ask for it.
function testing.unreachable(id, finding, why)
  if FINDINGS[finding] == nil and finding ~= "exception" then
    error(("unreachable: '%s' is not met, not met, undocumented or exception"):format(tostring(finding)), 2)
  elseif type(why) ~= "string" or not why:find "%a" then
    error("unreachable: say why no case can give it", 2)
  end
  note_asked(json.encode { unreachable = { policy = state.policy, criterion = id,
    finding = FINDINGS[finding] or finding, why = why } })
end

-- Words -----------------------------------------------------------------------

testing.none = none
testing.extracted = casefiles.extracted
for _, unit in ipairs {
  "days", "weeks", "months", "years", "percent", "points", "mg", "mcg", "ml", "units", "sessions",
  "hours", "levels",
} do
  testing[unit] = casefiles.amount(unit)
end

for name, value in pairs(testing) do
  _G[name] = value
end

-- A file must not inherit the policy of the one before it.
local has_busted, busted = pcall(require, "busted")
if has_busted and type(busted) == "table" and busted.subscribe then
  busted.subscribe({ "file", "start" }, function()
    state.policy = nil
    return nil, true
  end)
end

return testing
