-- json.lua - writes plain Lua tables as JSON, the same bytes every time.
--
-- Keys are sorted by their bytes, integers have no fraction, other numbers are
-- the shortest text that reads back as the same number. Arrays are marked with
-- json.array, so that an empty one stays an array. What cannot be written
-- exactly (NaN, bytes that are not UTF-8, a function) is an error of ours: the
-- words check whatever a policy can say before it comes here.

local error, getmetatable, next, setmetatable, tonumber, type =
  error, getmetatable, next, setmetatable, tonumber, type
local byte, find, format, gsub = string.byte, string.find, string.format, string.gsub
local concat, sort = table.concat, table.sort
local math_type, huge = math.type, math.huge
local utf8_len = utf8.len

local json = {}

-- JSON's null; a Lua nil in a table is simply not there.
local null = setmetatable({}, { __metatable = false })
json.null = null

local ARRAY = {}

-- json.array({...}) -> the same table, written as [...]
function json.array(list)
  return setmetatable(list or {}, ARRAY)
end

local short = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f",
  ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function escape(c)
  if c == "\127" then return c end
  return short[c] or format("\\u%04x", byte(c))
end

local function quote(value)
  if not find(value, '[%c"\\\128-\255]') then
    return '"' .. value .. '"'
  end
  if not utf8_len(value) then
    error("json: text is not UTF-8", 0)
  end
  return '"' .. gsub(value, '[%c"\\]', escape) .. '"'
end

-- Small numbers and short texts come again and again: each is written once.
local known = { [true] = "true", [false] = "false" }

local function text(value)
  local whole = known[value]
  if not whole then
    whole = quote(value)
    if #value <= 40 then known[value] = whole end
  end
  return whole
end

-- Keys come again and again: each is written once, as '"key":' and ',"key":'.
local first_key, next_key = {}, {}

local function write_key(key)
  first_key[key] = text(key) .. ":"
  next_key[key] = "," .. first_key[key]
end

-- json.number(value) -> the shortest text that reads back as value
function json.number(value)
  if math_type(value) == "integer" then
    return format("%d", value)
  end
  if value ~= value or value == huge or value == -huge then
    error("json: not a finite number", 0)
  end
  if value % 1 == 0 and value > -2^53 and value < 2^53 then
    return format("%d", value)
  end
  for digits = 1, 17 do
    local candidate = format("%." .. digits .. "g", value)
    if tonumber(candidate) == value then
      return (gsub(candidate, "e([+-])0*(%d)", "e%1%2"))
    end
  end
  error("json: a number without a text", 0)
end

local write
local out, size -- the pieces written so far

local function write_array(list)
  size = size + 1
  out[size] = "["
  for i = 1, #list do
    if i > 1 then
      size = size + 1
      out[size] = ","
    end
    local value = list[i]
    local whole = known[value]
    if whole then
      size = size + 1
      out[size] = whole
    else
      write(value)
    end
  end
  size = size + 1
  out[size] = "]"
end

-- Objects of one shape come again and again: the order of their keys is worked
-- out once. Shapes are followed key by key, as `next` gives them.
local shapes, SORTED = {}, {}

local function sorted_keys(object)
  local keys = {}
  for key in next, object do
    if type(key) ~= "string" then
      error("json: an object with a key that is no text", 0)
    end
    if not first_key[key] then write_key(key) end
    keys[#keys + 1] = key
  end
  sort(keys)
  return keys
end

local function order_of(object)
  local shape = shapes
  for key in next, object do
    local following = shape[key]
    if not following then
      following = {}
      shape[key] = following
    end
    shape = following
  end
  local order = shape[SORTED]
  if not order then
    order = sorted_keys(object)
    shape[SORTED] = order
  end
  return order
end

local function write_object(object)
  local keys = order_of(object)
  size = size + 1
  out[size] = "{"
  local prefix = first_key
  for i = 1, #keys do
    local key = keys[i]
    size = size + 1
    out[size] = prefix[key]
    local value = object[key]
    local whole = known[value]
    if whole then
      size = size + 1
      out[size] = whole
    else
      write(value)
    end
    prefix = next_key
  end
  size = size + 1
  out[size] = "}"
end

local function scalar(value)
  local kind = type(value)
  if kind == "string" then
    return text(value)
  elseif kind == "number" then
    local whole = json.number(value)
    -- Beyond 2^53 an integer and a float are one key, but two texts.
    if value > -2^53 and value < 2^53 then known[value] = whole end
    return whole
  elseif kind == "boolean" then
    return known[value]
  end
  error("json: cannot write a " .. kind, 0)
end

function write(value)
  if type(value) ~= "table" then
    size = size + 1
    out[size] = scalar(value)
  elseif value == null then
    size = size + 1
    out[size] = "null"
  elseif getmetatable(value) == ARRAY then
    write_array(value)
  else
    write_object(value)
  end
end

-- json.encode(value) -> text
function json.encode(value)
  out, size = {}, 0
  write(value)
  local whole = concat(out, "", 1, size)
  out = nil
  return whole
end

return json
