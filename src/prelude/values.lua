-- values.lua - what values are: kinds, units, amounts, and what may be compared.
--
-- A value knows its kind and unit while the policy loads, so that a wrong
-- comparison is named at its own line and never reaches a case. The tests stand
-- in comparisons.lua, sums and choices of values in arithmetic.lua.

local deps = ...

local ipairs, next, type = ipairs, next, type
local format, gsub, match = string.format, string.gsub, string.match
local huge, tointeger = math.huge, math.tointeger
local utf8_len = utf8.len

local E, sealed = deps.collector, deps.sealed
local broken = sealed.broken

local values = {}

-- Findings and sums that nest deeper than this are no policy any more.
local DEEPEST = 24

-- Kinds and units --------------------------------------------------------------

local DURATIONS = { days = true, weeks = true, months = true, years = true }
local COUNTED = { count = true, sessions = true, levels = true, units = true }

-- Units that a plain number may stand for.
local function is_counted(unit) return unit == nil or COUNTED[unit] end

local function units_agree(a, b)
  if a == b then return true end
  return is_counted(a) and is_counted(b)
    and (a == nil or b == nil or a == "count" or b == "count")
end

local a_kind = {
  number = "a number", duration = "a duration", choice = "a choice",
  text = "a text", date = "a date", code = "a code",
}

local unit_words = {
  percent = "percent()", points = "points()", mg = "mg()", mcg = "mcg()",
  ml = "ml()", units = "units()", sessions = "sessions()", hours = "hours()",
  levels = "levels()", degrees = "degrees()", days = "days()", weeks = "weeks()", months = "months()",
  years = "years()",
}

-- values.describe(node) -> how a value is named in a message
local function describe(node)
  local const = node.const
  if not const then return node.name end
  if const.kind == "date" then return 'date "' .. const.date .. '"' end
  if const.text then return "'" .. const.text .. "'" end
  local number = deps.json.number(const.number)
  if const.unit and unit_words[const.unit] then
    return const.unit .. "(" .. number .. ")"
  end
  return number
end

local function kind_of(node)
  if node.kind == "number" and node.unit and not COUNTED[node.unit] then
    return "in " .. node.unit
  end
  if node.kind == "number" and node.unit and node.unit ~= "count" then
    return "a number of " .. node.unit
  end
  return a_kind[node.kind]
end

local function comparable_with(node)
  if node.kind == "duration" then
    return "compare it with days(), weeks(), months() or years()"
  elseif node.kind == "date" then
    return 'compare it with a date, as date "2025-01-01"'
  elseif node.kind == "choice" and node.choices then
    return "ask with :is or :is_one_of, as :is \"" .. node.choices[1] .. '"'
  elseif node.kind == "choice" or node.kind == "text" then
    return "ask with :is, :is_one_of or :contains and a text"
  elseif node.kind == "code" then
    return "ask with :in_set(codes { ... })"
  elseif node.unit and unit_words[node.unit] then
    return "compare it with " .. unit_words[node.unit]
  elseif node.unit and not COUNTED[node.unit] then
    return "compare it with a value in " .. node.unit
  end
  return "compare it with a plain number"
end

-- Amounts ------------------------------------------------------------------------

function values.const(const, place)
  return sealed.new("value", {
    const = const, kind = const.kind, unit = const.unit,
    node = const, place = place or E.where(), name = "value",
  })
end

-- days(x) of a computed number: a span of so many whole days, to be added to a date.
local function span_of(cast, place)
  local depth = values.deeper({ cast }, place)
  if not depth then return broken end
  return sealed.new("value", {
    kind = "duration", place = place, name = "days(...)", depth = depth,
    node = { op = "arith", fn = "*", args = {
      { op = "const", kind = "duration", number = 1, unit = "days" },
      { op = "arith", fn = "floor", args = { cast.node } } } },
  })
end

local function amount(unit, kind)
  return function(number)
    local place = E.where()
    if sealed.is_broken(number) then return broken end
    local cast = sealed.is(number, "value")
    -- Codes that are billed by the day count days, which are a number here, not a span.
    local counts = cast and (is_counted(cast.unit)
      or cast.unit == "days" and (unit == "units" or unit == "days"))
    if counts and cast.kind == "number" and unit == "days" then return span_of(cast, place) end
    if counts and cast.kind == "number" and kind == "number" then
      return sealed.new("value", { kind = kind, unit = unit, place = place, node = cast.node,
                                   name = unit .. "(...)" })
    end
    if type(number) ~= "number" then
      E.add("P026", E.token(place, "name", unit),
            unit .. "() takes a number, not " .. sealed.what(number),
            "write it as " .. unit .. "(4)")
      return broken
    end
    if number ~= number or number < 0 or number == huge then
      E.add("P026", E.token(place, "name", unit),
            unit .. "() takes a number from zero up", "write it as " .. unit .. "(4)")
      return broken
    end
    if number % 1 ~= 0 and (unit == "months" or unit == "years") then
      E.add("P026", E.token(place, "name", unit),
            unit .. "() takes whole " .. unit .. ": they are counted on the calendar",
            "write shorter spans in weeks() or days()")
      return broken
    end
    return values.const({ op = "const", kind = kind, number = number, unit = unit }, place)
  end
end

values.words = {}
local words = values.words
for unit in next, DURATIONS do words[unit] = amount(unit, "duration") end
for _, unit in ipairs { "percent", "points", "mg", "mcg", "ml", "units",
                        "sessions", "hours", "levels", "degrees" } do
  words[unit] = amount(unit, "number")
end

local month_days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function length_of(year, month)
  local leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
  return month_days[month] + (month == 2 and leap and 1 or 0)
end

-- Year, month and day of a text, or nil if there is no such day.
local function civil(text)
  local y, m, d = match(text, "^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  if not y then return nil end
  y, m, d = tointeger(y + 0), tointeger(m + 0), tointeger(d + 0)
  if y < 1850 or m < 1 or m > 12 or d < 1 or d > length_of(y, m) then return nil end
  return y, m, d
end

-- values.is_date("2025-02-29") -> false
function values.is_date(text)
  return type(text) == "string" and civil(text) ~= nil
end

-- values.next_day("2024-02-28") -> "2024-02-29"
function values.next_day(text)
  local y, m, d = civil(text)
  d = d + 1
  if d > length_of(y, m) then m, d = m + 1, 1 end
  if m > 12 then y, m = y + 1, 1 end
  return format("%04d-%02d-%02d", y, m, d)
end

-- values.check_date(text, place) -> text or nil after naming the slip
function values.check_date(text, place)
  if sealed.is_broken(text) then return nil end
  if values.is_date(text) then return text end
  if type(text) == "string" then
    E.add("P025", E.token(place, "string", text),
          "there is no date '" .. values.printable(text) .. "'",
          "write it as year-month-day, as \"2025-01-31\"")
  else
    E.add("P025", place, "a date is a text, not " .. sealed.what(text),
          "write it as year-month-day, as \"2025-01-31\"")
  end
  return nil
end

-- Text that may be repeated in a message.
function values.printable(text)
  if not utf8_len(text) then return "?" end
  if #text > 80 then return "?" end
  return (gsub(text, "%c", "?"))
end

function words.date(text)
  local place = E.where()
  local day = values.check_date(text, place)
  if not day then return broken end
  return values.const({ op = "const", kind = "date", date = day }, place)
end

-- values.from(thing, place) -> the value that a Lua value stands for: plain
-- numbers and texts and true/false are constants
function values.from(thing, place)
  local node = sealed.of(thing)
  if node then
    if node.type == "value" or node.type == "broken" then return thing end
    return nil
  end
  local kind = type(thing)
  if kind == "number" and thing == thing and thing ~= huge and thing ~= -huge then
    return values.const({ op = "const", kind = "number", number = thing }, place)
  elseif kind == "string" then
    return values.const({ op = "const", kind = "choice", text = thing }, place)
  elseif kind == "boolean" then
    return values.const({ op = "const", kind = "choice", text = thing and "yes" or "no" }, place)
  end
  return nil
end

-- The place of a slip in an argument: its own line when it was written inside
-- the call, else the line of the call.
local function argument_place(node, call)
  if node.place and node.place.file == call.file and node.place.line > call.line then
    return node.place
  end
  return call
end

-- A constant in the unit of the value it is compared with.
local function coerce(const, node)
  local copy = {}
  for key, v in next, const do copy[key] = v end
  if node.any_unit then
    copy.kind, copy.unit = "number", nil
  elseif node.kind == "number" and const.kind == "duration" then
    copy.kind = "number"
  elseif node.unit == "mg" and const.unit == "mcg" then
    copy.number, copy.unit = const.number / 1000, "mg"
  elseif node.unit == "mcg" and const.unit == "mg" then
    copy.number, copy.unit = const.number * 1000, "mcg"
  elseif node.kind == "number" and const.unit == nil then
    copy.unit = node.unit
  elseif node.kind == "number" and is_counted(const.unit) and is_counted(node.unit) then
    copy.unit = node.unit
  elseif node.kind == "text" and const.kind == "choice" then
    copy.kind = "text"
  end
  return copy
end

local function matches(node, other)
  if node.kind == nil then return other.kind ~= "code" end
  if node.any_unit then
    return other.kind == "number" or (other.const and other.kind == "duration")
  end
  if other.any_unit then return node.kind == "number" end
  if node.kind == "number" and other.kind == "duration" then
    return other.const ~= nil and node.unit == other.unit
  end
  if node.kind ~= other.kind then return false end
  if node.kind ~= "number" then return true end
  if (node.unit == "mg" or node.unit == "mcg") and (other.unit == "mg" or other.unit == "mcg") then
    return node.unit == other.unit or other.const ~= nil
  end
  return units_agree(node.unit, other.unit)
end

-- values.operand(node, thing, call) -> the VAL node to compare with, or nil
function values.operand(node, thing, call, word)
  if sealed.is_broken(thing) then return nil end
  local other = sealed.of(values.from(thing, call))
  if not other then
    E.add("P014", call, ":" .. word .. " needs an amount, not " .. sealed.what(thing),
          comparable_with(node))
    return nil
  end
  if not matches(node, other) then
    -- What a fact measures is fixed; a parameter is the author's: it is to blame.
    local param = other.node and other.node.op == "parameter" and other.node.param
    local first = param and param.values[1].value
    E.add("P014", param and (first.place or param.place) or argument_place(other, call),
          describe(node) .. " is " .. kind_of(node),
          comparable_with(node) .. ", not with " .. describe(other)
          .. (param and " as in line " .. call.line or ""))
    return nil
  end
  if node.kind == nil then node.node.kind = other.kind end
  if other.const then return coerce(other.const, node), other end
  return other.node, other
end

-- values.deeper(nodes, place) -> how deep what holds them is nested, or nil after
-- saying that it is too deep to be read by anyone
function values.deeper(nodes, place)
  local depth = 0
  for i = 1, #nodes do
    if (nodes[i].depth or 0) > depth then depth = nodes[i].depth end
  end
  if depth < DEEPEST then return depth + 1 end
  E.add("P045", place, "this is nested more than " .. DEEPEST .. " deep",
        "split it into several criteria")
  return nil
end

-- Contradictions -----------------------------------------------------------------------

local function allowed(node)
  if node.op ~= "test" or node.left.op ~= "fact" or not node.values then return nil end
  if node.test ~= "is" and node.test ~= "is_one_of" then return nil end
  if node.left.fact.choose == "all" or node.left.fact.many then return nil end
  return node.left.fact, node.values
end

-- values.contradiction(nodes) -> text if two of these tests exclude each other
function values.contradiction(nodes)
  local known = {}
  for i = 1, #nodes do
    local fact, list = allowed(nodes[i])
    if fact then
      local before = known[fact]
      if before then
        local common = false
        for a = 1, #list do
          for b = 1, #before do common = common or list[a] == before[b] end
        end
        if not common then
          return "fact '" .. fact.path .. "' is never '" .. before[1] .. "' and '"
            .. list[1] .. "' at once"
        end
      end
      known[fact] = before or list
    end
  end
  return nil
end

-- values.same_kind(a, b) -> may b stand where a stood?
function values.same_kind(first, node)
  if node.kind ~= first.kind then return false end
  return node.kind ~= "number" or units_agree(first.unit, node.unit)
end

values.is_counted, values.units_agree = is_counted, units_agree
values.describe, values.kind_of, values.comparable_with = describe, kind_of, comparable_with
values.argument_place, values.a_kind = argument_place, a_kind

return values
