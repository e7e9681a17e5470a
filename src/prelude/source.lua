-- source.lua - where in a policy's text a word stands.
--
-- Lua tells the line of a call; an author wants the line of the slip. So the
-- text is cut into tokens once, and a slip (a misspelt field, a choice in the
-- middle of a long list) is looked up from the line of the call onwards.

local byte, char, find, sub = string.byte, string.char, string.find, string.sub

local NEWLINE, BACKSLASH, DASH, QUOTE, APOSTROPHE, BRACKET = byte("\n\\-\"'[", 1, 6)

local source = {}

local function count_lines(text, from, to)
  local lines, at = 0, find(text, "\n", from, true)
  while at and at <= to do
    lines, at = lines + 1, find(text, "\n", at + 1, true)
  end
  return lines
end

-- Where a long string that starts at pos ends, and what it holds; or nil.
local function long_bracket(text, pos)
  local _, open_end, level = find(text, "^%[(=*)%[", pos)
  if not open_end then return nil end
  local _, close_end = find(text, "]" .. level .. "]", open_end + 1, true)
  return close_end or #text, open_end + 1, (close_end or #text) - #level - 2
end

local function quoted(text, pos, quote)
  local at = find(text, "[\"'\\\n]", pos + 1)
  while at do
    local c = byte(text, at)
    if c == quote or c == NEWLINE then return at end
    at = find(text, "[\"'\\\n]", at + (c == BACKSLASH and 2 or 1))
  end
  return #text
end

local function skip_comment(text, pos)
  local close = long_bracket(text, pos + 2)
  if close then return close end
  return (find(text, "\n", pos, true) or #text + 1) - 1
end

-- What a token is by its first byte; a byte that is not here is a sign.
local kind_of, sign_of = {}, {}
for c = 0, 255 do
  local first = char(c)
  sign_of[c] = first
  if find(first, "^[%a_]") then
    kind_of[c] = "name"
  elseif find(first, "^%d") then
    kind_of[c] = "number"
  elseif c == QUOTE or c == APOSTROPHE or c == BRACKET then
    kind_of[c] = "string"
  end
end

-- One token that begins with byte c: its kind, its value, the position of its
-- last byte, and whether it may run over lines.
local function token_at(text, pos, c)
  local kind = kind_of[c]
  if kind == "name" then
    local _, stop = find(text, "^[%w_]*", pos + 1)
    return kind, sub(text, pos, stop), stop
  elseif kind == "number" then
    local _, stop = find(text, "^[%w.]*", pos + 1)
    return kind, sub(text, pos, stop), stop
  elseif c == BRACKET then
    local close, first, last = long_bracket(text, pos)
    if close then return kind, sub(text, first, last), close, true end
  elseif kind == "string" then
    local stop = quoted(text, pos, c)
    return kind, sub(text, pos + 1, stop - 1), stop, true
  end
  return "sign", sign_of[c], pos
end

-- source.read(text) -> the tokens of a text: kind[i], value[i], line[i], their
-- number n, and first[l], the index of the first one at or after line l
function source.read(text)
  local kinds, values, lines, first = {}, {}, {}, {}
  local n, pos, line, filled = 0, 1, 1, 0
  while true do
    pos = find(text, "[^ \t\r]", pos)
    if not pos then break end
    local c = byte(text, pos)
    if c == NEWLINE then
      line, pos = line + 1, pos + 1
    elseif c == DASH and byte(text, pos + 1) == DASH then
      local stop = skip_comment(text, pos)
      line, pos = line + count_lines(text, pos, stop), stop + 1
    else
      local kind, value, stop, long = token_at(text, pos, c)
      n = n + 1
      kinds[n], values[n], lines[n] = kind, value, line
      while filled < line do
        filled = filled + 1
        first[filled] = n
      end
      if long then line = line + count_lines(text, pos, stop) end
      pos = stop + 1
    end
  end
  return { kind = kinds, value = values, line = lines, first = first, n = n }
end

-- What a file gave that nobody has the text of.
source.nothing = source.read ""

-- source.line_of(tokens, line, kind, value) -> the line of that token: on the
-- given line, else the first one after it, else the last one before it.
function source.line_of(tokens, line, kind, value)
  local kinds, values, lines = tokens.kind, tokens.value, tokens.line
  for i = tokens.first[line] or tokens.n + 1, tokens.n do
    if values[i] == value and kinds[i] == kind then return lines[i] end
  end
  for i = (tokens.first[line] or tokens.n + 1) - 1, 1, -1 do
    if values[i] == value and kinds[i] == kind then return lines[i] end
  end
  return line
end

-- The words that open and close a block of a Lua function.
local block = { ["function"] = 1, ["do"] = 1, ["if"] = 1, ["repeat"] = 1, ["end"] = -1, ["until"] = -1 }

local step = { ["{"] = 1, ["("] = 1, ["["] = 1, ["}"] = -1, [")"] = -1, ["]"] = -1 }

-- How much deeper the text is after a token.
local function deeper(kind, value)
  if kind == "sign" then return step[value] or 0 end
  if kind == "name" then return block[value] or 0 end
  return 0
end

-- The index of the '{' that follows  word "id"  at or after a line.
local function body_of(tokens, line, word, id)
  local kinds, values = tokens.kind, tokens.value
  for i = tokens.first[line] or 1, tokens.n - 1 do
    if values[i] == word and kinds[i] == "name" then
      local at = i + 1
      if id ~= nil then
        while values[at] == "(" do at = at + 1 end
        if values[at] ~= id then goto continue end
        at = at + 1
      end
      while values[at] and values[at] ~= "{" do at = at + 1 end
      return at
    end
    ::continue::
  end
  return nil
end

-- source.fields(tokens, line, word, id) -> { field = line } for the fields of
-- the table in  word "id" { ... }; and { {name, line} } for those given twice
function source.fields(tokens, line, word, id)
  local fields, again = {}, {}
  local kinds, values, lines = tokens.kind, tokens.value, tokens.line
  local depth = 0
  for at = body_of(tokens, line, word, id) or tokens.n + 1, tokens.n do
    local kind, value = kinds[at], values[at]
    depth = depth + deeper(kind, value)
    if depth == 0 then return fields, again end
    if depth == 1 and kind == "name" and values[at + 1] == "=" and kinds[at + 1] == "sign" then
      if fields[value] then again[#again + 1] = { name = value, line = lines[at] } end
      fields[value] = fields[value] or lines[at]
    end
  end
  return fields, again
end

-- source.locals(tokens) -> the names after every 'local'
function source.locals(tokens)
  local kinds, values, names = tokens.kind, tokens.value, {}
  for i = 1, tokens.n - 1 do
    if values[i] == "local" and kinds[i] == "name" and kinds[i + 1] == "name" then
      names[#names + 1] = values[i + 1]
    end
  end
  return names
end

local CONNECTIVE = { ["and"] = true, ["or"] = true, ["not"] = true }

-- The index of the '{' that opens what a word declares on its line, or nil.
local function opening(tokens, i)
  local line = tokens.line[i]
  while tokens.line[i] == line do
    if tokens.value[i] == "{" then return i end
    i = i + 1
  end
  return nil
end

-- source.connectives(tokens, words, about) -> { {value, line} } for the 'and',
-- 'or' and 'not' that stand, outside of functions and blocks, inside
-- word "id" { ... }  or in a 'local' whose value asks about a case
function source.connectives(tokens, words, about)
  local kinds, values = tokens.kind, tokens.value
  local found, blocks, braces, asking, enter = {}, 0, 0, false, nil
  for i = 1, tokens.n do
    local value = values[i]
    if i == enter then
      braces = 1
    elseif kinds[i] == "sign" and braces > 0 then
      braces = braces + (value == "{" and 1 or value == "}" and -1 or 0)
    elseif kinds[i] == "name" then
      blocks = blocks + (block[value] or 0)
      if CONNECTIVE[value] and blocks == 0 and (braces > 0 or asking) then
        found[#found + 1] = { value = value, line = tokens.line[i] }
      elseif value == "local" or braces == 0 and words[value] then
        asking = false
      end
      asking = asking or about[value] or false
      if words[value] and blocks == 0 and braces == 0 then enter = opening(tokens, i) end
    end
  end
  return found
end

-- source.declared(tokens, words) -> { {word, id, line} } for every  word "id"
-- in the text whose name stands there whole
function source.declared(tokens, words)
  local kinds, values, found = tokens.kind, tokens.value, {}
  for i = 1, tokens.n - 1 do
    local value, before = values[i], values[i - 1]
    if words[value] and kinds[i] == "name" and before ~= "." and before ~= ":" then
      local at = values[i + 1] == "(" and i + 2 or i + 1
      if kinds[at] == "string" and values[at + 1] ~= "." then
        found[#found + 1] = { word = value, id = values[at], line = tokens.line[at] }
      end
    end
  end
  return found
end

return source
