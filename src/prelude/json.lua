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

local function text(value)
  if not find(value, '[%c"\\\128-\255]') then
    return '"' .. value .. '"'
  end
  if not utf8_len(value) then
    error("json: text is not UTF-8", 0)
  end
  return '"' .. gsub(value, '[%c"\\]', escape) .. '"'
end

-- Keys and choices come again and again: each is written once.
local written = {}

local function key_text(key)
  local out = written[key]
  if not out then
    out = text(key)
    written[key] = out
  end
  return out
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

local function write_array(list, out)
  out[#out + 1] = "["
  for i = 1, #list do
    if i > 1 then out[#out + 1] = "," end
    write(list[i], out)
  end
  out[#out + 1] = "]"
end

local function write_object(object, out)
  local keys = {}
  for key in next, object do
    if type(key) ~= "string" then
      error("json: an object with a key that is no text", 0)
    end
    keys[#keys + 1] = key
  end
  if #keys > 1 then sort(keys) end
  local before = "{"
  for i = 1, #keys do
    local key = keys[i]
    out[#out + 1] = before .. key_text(key) .. ":"
    write(object[key], out)
    before = ","
  end
  out[#out + 1] = #keys == 0 and "{}" or "}"
end

function write(value, out)
  local kind = type(value)
  if kind == "string" then
    out[#out + 1] = text(value)
  elseif value == null then
    out[#out + 1] = "null"
  elseif kind == "table" then
    if getmetatable(value) == ARRAY then
      write_array(value, out)
    else
      write_object(value, out)
    end
  elseif kind == "number" then
    out[#out + 1] = json.number(value)
  elseif kind == "boolean" then
    out[#out + 1] = value and "true" or "false"
  else
    error("json: cannot write a " .. kind, 0)
  end
end

-- json.encode(value) -> text
function json.encode(value)
  local out = {}
  write(value, out)
  return concat(out)
end

return json
