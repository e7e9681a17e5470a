-- errors.lua - what a policy's author is told, and where.
--
-- Every slip has a stable number (P001 ...). The words may improve, the number
-- stays: it is what people search for. All slips of a file are collected, so
-- that an author sees them in one run; after a slip the words go on with a
-- value that stands for "broken" and complains no further.

local deps = ...

local error, next, type = error, next, type
local byte, find, gsub, match, sub = string.byte, string.find, string.gsub, string.match, string.sub
local concat, sort = table.concat, table.sort
local min = math.min
local source = deps.source

local errors = {}

-- The one table of numbers. `rubric check` and the reference print it.
errors.numbers = {
  { "P001", "the file is not valid Lua" },
  { "P002", "the file stopped while it was being read" },
  { "P003", "a word that no policy has" },
  { "P004", "a global is set" },
  { "P005", "a value of the language is changed" },
  { "P006", "something else stands where a word of the language is due" },
  { "P010", "a field that does not exist" },
  { "P011", "a field is missing" },
  { "P012", "a field holds the wrong kind of thing" },
  { "P013", "two things have one name" },
  { "P014", "a test compares different kinds or units" },
  { "P015", "a fact that is not in the catalogue" },
  { "P016", "a choice that a fact or field never has" },
  { "P017", "a test or measure that does not exist" },
  { "P018", "a list that is not in the catalogue" },
  { "P019", "a field that a list does not have" },
  { "P020", "a code expression that cannot be read" },
  { "P021", "a code set mixes code systems" },
  { "P022", "something that can never be met" },
  { "P023", "a value stands where a finding is due" },
  { "P024", "an operator of Lua stands where a test is due" },
  { "P025", "a date that does not exist" },
  { "P026", "an amount that is no number" },
  { "P027", "a parameter that the policy does not have" },
  { "P028", "a parameter of another kind or unit" },
  { "P029", "a policy that cannot be extended" },
  { "P030", "a file without one policy, named first" },
  { "P031", "dates in the wrong order" },
  { "P032", "a function criterion without what it reads" },
  { "P033", "an empty group" },
  { "P034", "a count that does not fit its group" },
  { "P035", "silence is presumed without a citation" },
  { "P036", "a safeguard that is none" },
  { "P037", "a fact that is declared wrongly" },
  { "P038", "text that is not UTF-8" },
  { "P039", "a module that is not in the bundle" },
  { "P040", "a registry entry that cannot be used" },
  { "P041", "a name that is no name" },
  { "P042", "a word of loading is used while a case is judged" },
  { "P043", "arithmetic between things that do not add up" },
  { "P044", "a code that no table knows" },
  { "P045", "something is nested too deeply or too long" },
}

-- The number of single-letter slips between two words (adding, dropping,
-- changing or swapping neighbours).
local function distance(a, b)
  local before, last = nil, {}
  for j = 0, #b do last[j] = j end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local same = byte(a, i) == byte(b, j)
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
      if before and j > 1 and byte(a, i) == byte(b, j - 1)
         and byte(a, i - 1) == byte(b, j) then
        row[j] = min(row[j], before[j - 2] + 1)
      end
    end
    before, last = last, row
  end
  return last[#b]
end

-- errors.nearest(word, names) -> the nearest name, or nil; ties go to the
-- first in byte order.
function errors.nearest(word, names)
  local best, best_distance
  local limit = #word <= 3 and 1 or #word <= 8 and 2 or 3
  local sorted = {}
  for i = 1, #names do sorted[i] = names[i] end
  sort(sorted)
  for i = 1, #sorted do
    local longer = #sorted[i] - #word
    local d = longer <= limit and -longer <= limit and distance(word, sorted[i]) or limit + 1
    if d <= limit and d < #sorted[i] and (not best or d < best_distance) then
      best, best_distance = sorted[i], d
    end
  end
  return best
end

-- errors.keys(table) -> its text keys, sorted
function errors.keys(t)
  local names = {}
  for name in next, t do
    if type(name) == "string" then names[#names + 1] = name end
  end
  sort(names)
  return names
end

-- errors.one_of({"a","b"}) -> "a, b"; long lists are cut
function errors.one_of(names)
  if #names <= 14 then return concat(names, ", ") end
  return concat(names, ", ", 1, 12) .. ", ..."
end

-- errors.suggest(word, names, otherwise) -> a help line
function errors.suggest(word, names, otherwise)
  local near = type(word) == "string" and errors.nearest(word, names)
  if near then return "did you mean '" .. near .. "'?" end
  return otherwise or "it is one of: " .. errors.one_of(names)
end

-- errors.collector(here) -> the slips of one load. here(level) gives file and
-- line of a running function, as the host does.
function errors.collector(here)
  local self = { list = {}, seen = {}, files = {}, main = nil }

  function self.open(file, text)
    self.files[file] = { tokens = nil, text = text }
  end

  function self.reset()
    self.list, self.seen, self.files = {}, {}, {}
  end

  local function tokens(file)
    local entry = self.files[file]
    if not entry then return source.nothing end
    entry.tokens = entry.tokens or source.read(entry.text)
    return entry.tokens
  end

  -- Where the author is: the innermost running line of a policy's own text.
  function self.where()
    for level = 3, 60 do
      local file, line = here(level)
      if file == nil then break end
      if sub(file, 1, 1) == "@" then file = sub(file, 2) end
      if self.files[file] then return { file = file, line = line } end
    end
    return { file = self.main or "?", line = 1 }
  end

  function self.token(place, kind, value)
    return { file = place.file,
             line = source.line_of(tokens(place.file), place.line, kind, value) }
  end

  function self.fields(place, word, id)
    return source.fields(tokens(place.file), place.line, word, id)
  end

  -- self.locals(file) -> the names that a file gives with 'local'
  function self.locals(file)
    return source.locals(tokens(file))
  end

  -- self.connectives(file, words, about) -> 'and' and 'or' between findings
  function self.connectives(file, words, about)
    return source.connectives(tokens(file), words, about)
  end

  -- self.declared(file, words) -> what the text of a file names with them
  function self.declared(file, words)
    return source.declared(tokens(file), words)
  end

  -- self.add(code, place, text, help): remembers a slip, once
  function self.add(code, place, text, help)
    place = place or self.where()
    if self.closed then
      error(concat({ place.file, ":", place.line, ": ", text, " (", code, ")" }), 0)
    end
    local key = concat({ place.file, place.line, code, text }, "\0")
    if self.seen[key] then return end
    self.seen[key] = true
    self.list[#self.list + 1] = {
      file = place.file, line = place.line, code = code, text = text,
      help = help,
    }
  end

  -- self.has(code) -> was a slip with this number named?
  function self.has(code)
    for i = 1, #self.list do
      if self.list[i].code == code then return true end
    end
    return false
  end

  -- self.sorted() -> the slips by file and line, as plain records
  function self.sorted()
    local out = {}
    for i = 1, #self.list do out[i] = self.list[i] end
    sort(out, function(a, b)
      if a.file ~= b.file then return a.file < b.file end
      if a.line ~= b.line then return a.line < b.line end
      if a.code ~= b.code then return a.code < b.code end
      return a.text < b.text
    end)
    for i = 1, #out do
      local e = out[i]
      out[i] = { file = e.file, line = e.line, code = e.code, text = e.text,
                 help = e.help }
    end
    return out
  end

  -- What Lua says of the text itself, with what an author can do about it.
  function self.lua_error(message)
    if type(message) ~= "string" then
      self.add("P002", { file = self.main, line = 1 },
               "the policy raised something that is no text",
               "a policy declares; it raises no errors of its own")
      return
    end
    local file, line, text = match(message, "^(.-):(%d+): (.*)$")
    if not file or not self.files[file] then
      self.add("P002", { file = self.main, line = 1 }, message,
               "the words of the policy language are in docs/reference.md")
      return
    end
    text = gsub(text, " %[E%-[%u-]+%]$", "") -- the box's own number
    local place = { file = file, line = line + 0 }
    if find(text, " near ", 1, true) or find(text, "unfinished", 1, true) then
      local help, at = errors.syntax_help(tokens(file), place.line, text)
      place.line = at or place.line
      self.add("P001", place, text, help)
    else
      self.add("P002", place, text,
               "the words of the policy language are in docs/reference.md")
    end
  end

  return self
end

-- What may be behind Lua's message, and the line of the slip where that is known:
-- a missing comma is reported at the next word, often a line late.
function errors.syntax_help(tokens, line, text)
  local near = match(text, "near '(.-)'$")
  local previous
  for i = 1, tokens.n do
    local value = tokens.value[i]
    if tokens.line[i] >= line
       and (near == nil or value == near or find(near, value, 1, true)) then
      break
    end
    previous = tokens.line[i]
  end
  if find(text, "'}' expected", 1, true) and previous then
    return "is a comma missing at the end of line " .. previous .. "?", previous
  end
  if find(text, "unfinished string", 1, true) then
    return "is a quote missing at the end of line " .. line .. "?"
  end
  if find(text, "near <eof>", 1, true) then
    return "a '{', '(' or function that was opened is never closed"
  end
  return "look at this line and the one above it for a missing comma, quote or bracket"
end

return errors
