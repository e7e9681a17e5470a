-- source.lua - where in a policy's text a word stands.
--
-- Lua tells the line of a call; an author wants the line of the slip. So the
-- text is cut into tokens once, and a slip (a misspelt field, a choice in the
-- middle of a long list) is looked up from the line of the call onwards.

local byte, find, sub = string.byte, string.find, string.sub

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

-- One token: its kind, its value, the position of its last byte, and whether it
-- may run over lines.
local function token_at(text, pos, c)
  local _, stop = find(text, "^[%a_][%w_]*", pos)
  if stop then return "name", sub(text, pos, stop), stop end
  if c == QUOTE or c == APOSTROPHE then
    stop = quoted(text, pos, c)
    return "string", sub(text, pos + 1, stop - 1), stop, true
  end
  _, stop = find(text, "^%d[%w.]*", pos)
  if stop then return "number", sub(text, pos, stop), stop end
  if c == BRACKET then
    local close, first, last = long_bracket(text, pos)
    if close then return "string", sub(text, first, last), close, true end
  end
  return "sign", sub(text, pos, pos), pos
end

-- source.read(text) -> array of {kind, value, line}, and under "first" the index
-- of the first token at or after each line
function source.read(text)
  local tokens, first, pos, line = {}, {}, 1, 1
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
      tokens[#tokens + 1] = { kind = kind, value = value, line = line }
      for l = #first + 1, line do first[l] = #tokens end
      if long then line = line + count_lines(text, pos, stop) end
      pos = stop + 1
    end
  end
  tokens.first = first
  return tokens
end

-- source.line_of(tokens, line, kind, value) -> the line of that token: on the
-- given line, else the first one after it, else the last one before it.
function source.line_of(tokens, line, kind, value)
  local before
  for i = 1, #tokens do
    local token = tokens[i]
    if token.value == value and token.kind == kind then
      if token.line >= line then return token.line end
      before = token.line
    end
  end
  return before or line
end

-- The words that open and close a block of a Lua function.
local block = { ["function"] = 1, ["do"] = 1, ["if"] = 1, ["repeat"] = 1, ["end"] = -1, ["until"] = -1 }

local step = { ["{"] = 1, ["("] = 1, ["["] = 1, ["}"] = -1, [")"] = -1, ["]"] = -1 }

-- The index of the '{' that follows  word "id"  at or after a line.
local function body_of(tokens, line, word, id)
  for i = tokens.first and tokens.first[line] or 1, #tokens - 1 do
    local token = tokens[i]
    if token.value == word and token.kind == "name" then
      local at = i + 1
      if id ~= nil then
        while tokens[at] and tokens[at].value == "(" do at = at + 1 end
        if not tokens[at] or tokens[at].value ~= id then goto continue end
        at = at + 1
      end
      while tokens[at] and tokens[at].value ~= "{" do at = at + 1 end
      return at
    end
    ::continue::
  end
  return nil
end

-- source.fields(tokens, line, word, id) -> { field = line } for the fields of
-- the table in  word "id" { ... }; and { {name, line} } for those given twice
function source.fields(tokens, line, word, id)
  local lines, again = {}, {}
  local at = body_of(tokens, line, word, id)
  if not at then return lines, again end
  local depth = 0
  while tokens[at] do
    local token = tokens[at]
    if token.kind == "sign" then
      depth = depth + (step[token.value] or 0)
    elseif token.kind == "name" then
      depth = depth + (block[token.value] or 0)
    end
    if depth == 0 then return lines, again end
    local following = tokens[at + 1]
    if depth == 1 and token.kind == "name" and following
       and following.value == "=" and following.kind == "sign" then
      if lines[token.value] then
        again[#again + 1] = { name = token.value, line = token.line }
      end
      lines[token.value] = lines[token.value] or token.line
    end
    at = at + 1
  end
  return lines, again
end

-- source.locals(tokens) -> the names after every 'local'
function source.locals(tokens)
  local names = {}
  for i = 1, #tokens - 1 do
    local token, following = tokens[i], tokens[i + 1]
    if token.value == "local" and token.kind == "name" and following.kind == "name" then
      names[#names + 1] = following.value
    end
  end
  return names
end

local OPENS = { ["function"] = true, ["if"] = true, ["do"] = true, ["repeat"] = true }
local CLOSES = { ["end"] = true, ["until"] = true }

local CONNECTIVE = { ["and"] = true, ["or"] = true, ["not"] = true }

-- The index of the '{' that opens what a word declares on its line, or nil.
local function opening(tokens, i)
  local line = tokens[i].line
  while tokens[i] and tokens[i].value ~= "{" do
    if tokens[i].line ~= line then return nil end
    i = i + 1
  end
  return i
end

-- source.connectives(tokens, words, about) -> the 'and', 'or' and 'not' that
-- stand, outside of functions and blocks, inside  word "id" { ... }  or in a
-- 'local' whose value asks about a case
function source.connectives(tokens, words, about)
  local found, blocks, braces, asking, enter = {}, 0, 0, false, nil
  for i = 1, #tokens do
    local token = tokens[i]
    local value = token.value
    if i == enter then
      braces = 1
    elseif token.kind == "sign" and braces > 0 then
      braces = braces + (value == "{" and 1 or value == "}" and -1 or 0)
    elseif token.kind == "name" then
      blocks = blocks + (OPENS[value] and 1 or CLOSES[value] and -1 or 0)
      if CONNECTIVE[value] and blocks == 0 and (braces > 0 or asking) then
        found[#found + 1] = token
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
  local found = {}
  for i = 1, #tokens - 1 do
    local token = tokens[i]
    local before = tokens[i - 1]
    if token.kind == "name" and words[token.value]
       and not (before and (before.value == "." or before.value == ":")) then
      local at = i + 1
      if tokens[at].value == "(" and tokens[at].kind == "sign" then at = at + 1 end
      local id, after = tokens[at], tokens[at + 1]
      if id and id.kind == "string" and not (after and after.value == ".") then
        found[#found + 1] = { word = token.value, id = id.value, line = id.line }
      end
    end
  end
  return found
end

return source
