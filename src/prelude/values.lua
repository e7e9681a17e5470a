-- values.lua - amounts, facts and other values, and the tests on them.
--
-- A value knows its kind and unit while the policy loads, so that a wrong
-- comparison is named at its own line and never reaches a case. A test gives a
-- finding. Lua's own comparisons cannot: they only know true and false.

local deps = ...

local ipairs, next, select, tostring, type = ipairs, next, select, tostring, type
local gsub, match = string.gsub, string.match
local sort = table.sort
local math_type, huge = math.type, math.huge
local utf8_len = utf8.len

local E, S, sealed, codesets = deps.collector, deps.errors, deps.sealed, deps.codesets
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
values.units_agree = units_agree

local a_kind = {
  number = "a number", duration = "a duration", choice = "a choice",
  text = "a text", date = "a date", code = "a code",
}

local unit_words = {
  percent = "percent()", points = "points()", mg = "mg()", mcg = "mcg()",
  ml = "ml()", units = "units()", sessions = "sessions()", hours = "hours()",
  levels = "levels()", days = "days()", weeks = "weeks()", months = "months()",
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
values.describe = describe

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

local function amount(unit, kind)
  return function(number)
    local place = E.where()
    if sealed.is_broken(number) then return broken end
    local cast = sealed.is(number, "value")
    if cast and cast.kind == "number" and kind == "number" and is_counted(cast.unit) then
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
                        "sessions", "hours", "levels" } do
  words[unit] = amount(unit, "number")
end

local month_days = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- values.is_date("2025-02-29") -> false
function values.is_date(text)
  if type(text) ~= "string" then return false end
  local y, m, d = match(text, "^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  if not y then return false end
  y, m, d = y + 0, m + 0, d + 0
  if y < 1850 or m < 1 or m > 12 or d < 1 then return false end
  local leap = y % 4 == 0 and (y % 100 ~= 0 or y % 400 == 0)
  return d <= month_days[m] + (m == 2 and leap and 1 or 0)
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
    E.add("P014", argument_place(other, call), describe(node) .. " is " .. kind_of(node),
          comparable_with(node) .. ", not with " .. describe(other))
    return nil
  end
  if node.kind == nil then node.node.kind = other.kind end
  if other.const then return coerce(other.const, node), other end
  return other.node, other
end

-- Tests --------------------------------------------------------------------------------

local function self_value(self, word, ...)
  local node = sealed.of(self)
  if node and node.const and select("#", ...) > 0 and (...) == nil then
    E.add("P006", nil, "there is no colon before '" .. word .. "'",
          "write a colon, as fact \"pain.score\" :" .. word .. "(points(4))")
    return { type = "broken" }
  end
  if node and node.const then
    E.add("P014", nil, ":" .. word .. " is asked of " .. describe(node) .. ", which is fixed",
          "put arithmetic in parentheses, as (a + b) :" .. word .. "(...)")
    return { type = "broken" }
  end
  if node and (node.type == "value" or node.type == "broken") then return node end
  E.add("P006", nil, ":" .. word .. " is asked of " .. sealed.what(self)
        .. ", not of a value of the language",
        "write a colon before the test, as fact \"pain.score\" :at_least(points(4))")
  return { type = "broken" }
end

local function finding(node, test, place)
  if node.narrow then return node.narrow(test) end
  test.op, test.left = "test", node.node
  return sealed.new("finding", { node = test, place = place, depth = node.depth })
end

local function never(node, place, range_text)
  E.add("P022", place, "this can never be met: " .. describe(node) .. " " .. range_text,
        "check the number")
end

-- True (after naming the slip) if no value that the fact can have passes.
local function out_of_range(node, test, const, place)
  local range = node.range
  if not range or not const.number then return false end
  local low, high, n = range[1] or -huge, range[2] or huge, const.number
  local above = n > high or (n == high and test == "more_than")
  local below = n < low or (n == low and test == "less_than")
  if (test == "at_least" or test == "more_than" or test == "is") and above then
    never(node, place, "goes up to " .. deps.json.number(high))
    return true
  end
  if (test == "at_most" or test == "less_than" or test == "is") and below then
    never(node, place, "starts at " .. deps.json.number(low))
    return true
  end
  return false
end

local ORDERED = { number = true, duration = true, date = true }

local function ordered(test, word)
  return function(self, thing)
    local node, place = self_value(self, word, thing), E.where()
    if node.type == "broken" then return broken end
    if node.kind and not ORDERED[node.kind] then
      E.add("P014", E.token(place, "name", word), describe(node) .. " is " .. a_kind[node.kind]
            .. ": it has no more and less", comparable_with(node))
      return broken
    end
    local right, other = values.operand(node, thing, place, word)
    if not right then return broken end
    if right.op == "const" and out_of_range(node, test, right, argument_place(other, place)) then
      return broken
    end
    return finding(node, { test = test, right = right }, place)
  end
end

-- values.choice(node, text, place) -> true if the value can be that choice
function values.choice(node, text, place)
  if type(text) == "boolean" then text = text and "yes" or "no" end
  if type(text) ~= "string" then
    E.add("P014", place, describe(node) .. " is " .. (a_kind[node.kind] or "a value")
          .. ": it is never " .. sealed.what(text), comparable_with(node))
    return nil
  end
  if not utf8_len(text) or text == "" then
    E.add("P038", place, "a choice is a text in UTF-8", "save the file as UTF-8")
    return nil
  end
  if node.choices then
    for i = 1, #node.choices do
      if node.choices[i] == text then return text end
    end
    E.add("P016", E.token(place, "string", text),
          describe(node) .. " is never '" .. values.printable(text) .. "'",
          S.suggest(text, node.choices))
    return nil
  end
  return text
end

-- values.choice_list(node, thing, place, word) -> sorted array of choices, or nil
function values.choice_list(node, thing, place, word)
  local group = sealed.is(thing, "choices")
  local list = group and group.list or thing
  if type(list) ~= "table" or (not group and sealed.of(list)) then
    E.add("P014", place, ":" .. word .. " takes a list of choices, not " .. sealed.what(thing),
          "write it as { \"first\", \"second\" }")
    return nil
  end
  local out, good = {}, true
  for key, text in next, list do
    if math_type(key) ~= "integer" or key < 1 or key > #list then
      E.add("P014", place, "a list of choices has no field '" .. tostring(key) .. "'",
            "write it as { \"first\", \"second\" }")
      return nil
    elseif sealed.is_broken(text) then
      good = false
    end
  end
  for i = 1, #list do
    local text = not sealed.is_broken(list[i]) and values.choice(node, list[i], place)
    if text then out[#out + 1] = text else good = false end
  end
  if #out == 0 and good then
    E.add("P033", place, "this list of choices is empty", "name at least one choice")
    return nil
  end
  return good and out or nil
end

local function single_code(node, text, place)
  local set = codesets.make({ text }, place, node.codes)
  return set
end

-- :is and :is_not with one choice, code, number or date
local function equality(test)
  return function(self, thing)
    local node, place = self_value(self, test), E.where()
    if node.type == "broken" or sealed.is_broken(thing) then return broken end
    local inner = sealed.of(thing)
    if not inner and type(thing) == "table" then
      E.add("P014", place, ":" .. test .. " takes one choice, not a list",
            test == "is" and "write :is_one_of { ... }"
            or "write negate(... :is_one_of { ... })")
      return broken
    end
    if node.kind == "code" then
      if type(thing) ~= "string" then
        E.add("P014", place, describe(node) .. " is a code", comparable_with(node))
        return broken
      end
      local set = single_code(node, thing, place)
      if not set then return broken end
      local result = { test = "in_set", set = set }
      if test == "is" then return finding(node, result, place) end
      if node.narrow then
        E.add("P014", place, "a list of records is not narrowed by the code it lacks",
              "name the codes that count, with :in_set(codes { ... })")
        return broken
      end
      return sealed.new("finding", { place = place,
        node = { op = "negate", of = sealed.of(finding(node, result, place)).node } })
    end
    if inner or type(thing) == "number" or ORDERED[node.kind] then
      local right, other = values.operand(node, thing, place, test)
      if not right then return broken end
      if right.op == "const" and out_of_range(node, test, right, argument_place(other, place)) then
        return broken
      end
      if right.op == "const" and right.text then
        local text = values.choice(node, right.text, place)
        if not text then return broken end
        return finding(node, { test = test, values = { text } }, place)
      end
      return finding(node, { test = test, right = right }, place)
    end
    local text = values.choice(node, thing, place)
    if not text then return broken end
    if node.kind == nil then node.node.kind = "choice" end
    return finding(node, { test = test, values = { text } }, place)
  end
end

local tests = {
  at_least = ordered("at_least", "at_least"),
  at_most = ordered("at_most", "at_most"),
  more_than = ordered("more_than", "more_than"),
  less_than = ordered("less_than", "less_than"),
  is = equality("is"),
  is_not = equality("is_not"),
}
values.tests = tests

local function dated(test, word)
  local compare = ordered(test, word)
  return function(self, thing)
    local node, place = self_value(self, word), E.where()
    if node.type == "broken" then return broken end
    if node.kind ~= nil and node.kind ~= "date" then
      E.add("P014", E.token(place, "name", word), describe(node) .. " is " .. kind_of(node)
            .. ": :" .. word .. " asks a date", comparable_with(node))
      return broken
    end
    return compare(self, thing)
  end
end

tests.before = dated("less_than", "before")
tests.after = dated("more_than", "after")
tests.on_or_after = dated("at_least", "on_or_after")
tests.on_or_before = dated("at_most", "on_or_before")

-- A date that lies in the span before the date of service.
function tests.within(self, thing)
  local node, place = self_value(self, "within"), E.where()
  if node.type == "broken" then return broken end
  if node.kind ~= nil and node.kind ~= "date" then
    E.add("P014", E.token(place, "name", "within"), describe(node) .. " is " .. kind_of(node)
          .. ": :within asks a date", comparable_with(node))
    return broken
  end
  local span = values.span(thing, place, "within")
  if not span then return broken end
  if node.kind == nil then node.node.kind = "date" end
  return finding(node, { test = "within", right = span }, place)
end

-- values.span(thing, place, word) -> the VAL of a duration, or nil
function values.span(thing, place, word)
  if sealed.is_broken(thing) then return nil end
  local other = sealed.is(thing, "value")
  if not other or other.kind ~= "duration" then
    E.add("P014", other and argument_place(other, place) or place,
          ":" .. word .. " takes a duration, not "
          .. (other and describe(other) or sealed.what(thing)),
          "write it as :" .. word .. "(months(12))")
    return nil
  end
  return other.node
end

-- values.day(thing, place, word) -> the VAL of a date, or nil
function values.day(thing, place, word)
  if sealed.is_broken(thing) then return nil end
  local other = sealed.is(thing, "value")
  if not other or other.kind ~= "date" then
    E.add("P014", other and argument_place(other, place) or place,
          ":" .. word .. " takes a date, not "
          .. (other and describe(other) or sealed.what(thing)),
          "write it as :" .. word .. "(date \"2025-01-01\")")
    return nil
  end
  return other.node
end

function tests.between(self, low, high)
  local node, place = self_value(self, "between"), E.where()
  if node.type == "broken" then return broken end
  if node.kind and not ORDERED[node.kind] then
    E.add("P014", E.token(place, "name", "between"), describe(node) .. " is "
          .. a_kind[node.kind] .. ": it has no more and less", comparable_with(node))
    return broken
  end
  local right, a = values.operand(node, low, place, "between")
  local right2, b = values.operand(node, high, place, "between")
  if not right or not right2 then return broken end
  if right.op == "const" and right2.op == "const" then
    if right.unit == right2.unit and right.number and right.number > right2.number
       or right.date and right.date > right2.date then
      E.add("P022", argument_place(a, place), "this can never be met: :between is given "
            .. describe(a) .. " before " .. describe(b), "give the smaller one first")
      return broken
    end
    if out_of_range(node, "at_least", right, argument_place(a, place))
       or out_of_range(node, "at_most", right2, argument_place(b, place)) then
      return broken
    end
  end
  return finding(node, { test = "between", right = right, right2 = right2 }, place)
end

function tests.is_one_of(self, list)
  local node, place = self_value(self, "is_one_of"), E.where()
  if node.type == "broken" or sealed.is_broken(list) then return broken end
  if node.kind == "code" then return tests.in_set(self, list) end
  if node.kind and ORDERED[node.kind] then
    E.add("P014", place, describe(node) .. " is " .. kind_of(node), comparable_with(node))
    return broken
  end
  local choices = values.choice_list(node, list, place, "is_one_of")
  if not choices then return broken end
  if node.kind == nil then node.node.kind = "choice" end
  return finding(node, { test = "is_one_of", values = choices }, place)
end

function tests.in_set(self, thing)
  local node, place = self_value(self, "in_set"), E.where()
  if node.type == "broken" or sealed.is_broken(thing) then return broken end
  if node.kind ~= "code" then
    E.add("P014", place, describe(node) .. " is " .. (kind_of(node) or "an answer")
          .. ": only codes are in code sets", comparable_with(node))
    return broken
  end
  local set = sealed.is(thing, "set")
  if set then
    set = codesets.fits(set, node.codes, place, describe(node)) and set or nil
  elseif type(thing) == "table" and not sealed.of(thing) then
    set = codesets.make(thing, place, node.codes)
  else
    E.add("P014", place, ":in_set takes codes { ... }, not " .. sealed.what(thing),
          "write it as :in_set(codes { \"M54.16\", \"M54.17\" })")
  end
  if not set then return broken end
  return finding(node, { test = "in_set", set = set }, place)
end

function tests.contains(self, text)
  local node, place = self_value(self, "contains"), E.where()
  if node.type == "broken" or sealed.is_broken(text) then return broken end
  if type(text) ~= "string" or text == "" or not utf8_len(text) then
    E.add("P014", place, ":contains takes a text, not " .. sealed.what(text),
          "write it as :contains \"refill\"")
    return broken
  end
  if node.kind == nil then node.node.kind = "text" end
  if node.kind == "choice" and node.many then
    if not values.choice(node, text, place) then return broken end
  elseif node.kind ~= nil and node.kind ~= "text" then
    E.add("P014", place, describe(node) .. " is " .. kind_of(node)
          .. ": only a text contains another", comparable_with(node))
    return broken
  end
  return finding(node, { test = "contains", values = { text } }, place)
end

function tests.present(self)
  local node, place = self_value(self, "present"), E.where()
  if node.type == "broken" then return broken end
  if node.kind == nil then node.node.kind = "text" end
  return finding(node, { test = "present" }, place)
end

local function pair(test)
  return function(self, thing)
    local node, place = self_value(self, test), E.where()
    if node.type == "broken" or sealed.is_broken(thing) then return broken end
    local other = sealed.is(thing, "value")
    if not other or other.const then
      E.add("P014", place, ":" .. test .. " takes another fact or field, not "
            .. (other and describe(other) or sealed.what(thing)),
            "write it as :" .. test .. "(line \"level\")")
      return broken
    end
    if test == "agrees_with" and node.kind and other.kind and node.kind ~= other.kind then
      E.add("P014", place, describe(node) .. " is " .. a_kind[node.kind] .. " and "
            .. describe(other) .. " is " .. a_kind[other.kind], "compare like with like")
      return broken
    end
    return finding(node, { test = test, right = other.node }, place)
  end
end

tests.agrees_with = pair("agrees_with")
tests.on_same_scale_as = pair("on_same_scale_as")

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

-- Arithmetic ---------------------------------------------------------------------------

local PRODUCT = {
  ["ml*mg-per-ml"] = "mg", ["ml*mcg-per-ml"] = "mcg",
  ["mg/mg-per-day"] = "days", ["mcg/mcg-per-day"] = "days",
  ["mg/mg-per-ml"] = "ml", ["mg/ml"] = "mg-per-ml",
  ["mg/days"] = "mg-per-day", ["hours/days"] = "hours-per-day",
  ["hours/hours-per-day"] = "days", ["hours-per-day*days"] = "hours",
  ["days*mg-per-day"] = "mg",
}

local function plain(node) return node.kind == "number" and (node.unit == nil or node.unit == "count") end

local function number_arith(fn, a, b)
  if fn == "+" or fn == "-" then
    if a.any_unit or b.any_unit then return "number", a.any_unit and b.unit or a.unit end
    if not units_agree(a.unit, b.unit) then return nil end
    local unit = a.unit
    if unit == nil or unit == "count" then unit = b.unit or a.unit end
    return "number", unit
  elseif fn == "*" then
    if plain(a) or a.unit == "percent" then return "number", b.unit end
    if plain(b) or b.unit == "percent" then return "number", a.unit end
    local unit = PRODUCT[(a.unit or "") .. "*" .. (b.unit or "")]
      or PRODUCT[(b.unit or "") .. "*" .. (a.unit or "")]
    if unit then return "number", unit end
  else
    if a.unit == b.unit or is_counted(a.unit) and is_counted(b.unit) and not plain(b) then
      return "number", "count"
    end
    if plain(b) then return "number", a.unit end
    local unit = PRODUCT[(a.unit or "") .. "/" .. (b.unit or "")]
    if unit then return "number", unit end
    if is_counted(b.unit) then return "number", a.unit end
  end
  return nil
end

-- Kind and unit of  a fn b, or nil if the two do not go together.
local function result_kind(fn, a, b)
  if a.kind == "number" and b.kind == "number" then return number_arith(fn, a, b) end
  if a.kind == "date" and b.kind == "date" and fn == "-" then return "duration" end
  if a.kind == "date" and b.kind == "duration" and (fn == "+" or fn == "-") then return "date" end
  if a.kind == "duration" and b.kind == "duration" then
    if fn == "+" or fn == "-" then return "duration" end
    if fn == "/" then return "number", "count" end
  end
  if a.kind == "duration" and plain(b) and (fn == "*" or fn == "/") then return "duration" end
  if plain(a) and b.kind == "duration" and fn == "*" then return "duration" end
  return nil
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

local function computed(fn, kind, unit, args, name, place)
  local nodes = {}
  for i = 1, #args do nodes[i] = args[i].node end
  local depth = values.deeper(args, place)
  if not depth then return broken end
  return sealed.new("value", {
    kind = kind, unit = unit, place = place, name = name, depth = depth,
    node = { op = "arith", fn = fn, args = nodes },
  })
end

local verbs = { ["+"] = "added to", ["-"] = "taken from", ["*"] = "multiplied by", ["/"] = "divided by" }

local function arithmetic(fn)
  return function(left, right)
    local place = E.where()
    if sealed.is_broken(left) or sealed.is_broken(right) then return broken end
    local a = sealed.of(values.from(left, place))
    local b = sealed.of(values.from(right, place))
    if not a or not b then
      E.add("P043", place, sealed.what(a and right or left) .. " takes no part in arithmetic",
            "compute with facts, fields, counts and amounts")
      return broken
    end
    local kind, unit = result_kind(fn, a, b)
    if not kind then
      local first, second = a, b
      if fn == "-" then first, second = b, a end
      E.add("P043", place, describe(first) .. " cannot be " .. verbs[fn] .. " " .. describe(second),
            "one is " .. (kind_of(first) or "an answer") .. ", the other is "
            .. (kind_of(second) or "an answer"))
      return broken
    end
    return computed(fn, kind, unit, { a, b }, "the result of '" .. fn .. "'", place)
  end
end

local function refuse_operator(name)
  return function()
    E.add("P043", nil, "the language has no '" .. name .. "'",
          "it computes with + - * / and the words ceil, floor, min and max")
    return broken
  end
end

local function refuse_comparison()
  E.add("P024", nil, "'<' and '>' only know true and false: a silent record would pass for a number",
        "use :at_least, :at_most, :more_than or :less_than")
  return false
end

sealed.class("value", tests, {
  __add = arithmetic("+"), __sub = arithmetic("-"),
  __mul = arithmetic("*"), __div = arithmetic("/"),
  __mod = refuse_operator("%"), __pow = refuse_operator("^"),
  __unm = refuse_operator("minus sign"), __idiv = refuse_operator("//"),
  __lt = refuse_comparison, __le = refuse_comparison,
}, function(node) return describe(node) end)

local function rounding(word)
  return function(thing)
    local place = E.where()
    if sealed.is_broken(thing) then return broken end
    local a = sealed.of(values.from(thing, place))
    if not a or a.kind ~= "number" then
      E.add("P043", place, word .. "() rounds a number, not "
            .. (a and describe(a) or sealed.what(thing)), "write it as " .. word .. "(mg(25) / mg(10))")
      return broken
    end
    return computed(word, "number", a.unit, { a }, word .. "(...)", place)
  end
end

words.ceil = rounding("ceil")
words.floor = rounding("floor")

local function extreme(word)
  return function(...)
    local place, args = E.where(), { ... }
    local count = select("#", ...)
    if count < 2 then
      E.add("P043", place, word .. "() compares two or more values", "write it as " .. word .. "(a, b)")
      return broken
    end
    local nodes, first = {}, nil
    for i = 1, count do
      if sealed.is_broken(args[i]) then return broken end
      local node = sealed.of(values.from(args[i], place))
      if not node or node.kind and not ORDERED[node.kind] then
        E.add("P043", place, word .. "() cannot compare "
              .. (node and describe(node) or sealed.what(args[i])), "give it amounts or facts of one unit")
        return broken
      end
      first = first or node
      if node ~= first and (node.kind ~= first.kind
         or node.kind == "number" and not units_agree(first.unit, node.unit)) then
        E.add("P043", place, word .. "() cannot compare " .. describe(first) .. " with "
              .. describe(node), "give it amounts or facts of one unit")
        return broken
      end
      nodes[i] = node
    end
    return computed(word, first.kind, first.unit, nodes, word .. "(...)", place)
  end
end

words.min = extreme("min")
words.max = extreme("max")

-- Values chosen by a choice or a date ---------------------------------------------------

local function same_type(first, node)
  if node.kind ~= first.kind then return false end
  return node.kind ~= "number" or units_agree(first.unit, node.unit)
end

-- Reads { key = value } into sorted pairs of one kind, or nil.
local function cases(word, map, place, check_key)
  if type(map) ~= "table" or sealed.of(map) then
    E.add("P012", place, word .. " takes a table, not " .. sealed.what(map),
          "write it as " .. word .. (word == "pick" and "(fact \"...\", { choice = mg(80) })"
                                     or " { [\"2025-01-01\"] = weeks(4) }"))
    return nil
  end
  local out, good = {}, true
  for key, thing in next, map do
    out[#out + 1] = { key = key, thing = thing }
  end
  sort(out, function(a, b) return tostring(a.key) < tostring(b.key) end)
  local first
  for i = 1, #out do
    local entry = out[i]
    entry.key = check_key(entry.key)
    local node = not sealed.is_broken(entry.thing) and sealed.of(values.from(entry.thing, place))
    if not entry.key or sealed.is_broken(entry.thing) then
      good = false
    elseif not node then
      E.add("P012", place, word .. ": '" .. entry.key .. "' is " .. sealed.what(entry.thing)
            .. ", not a value", "give an amount, as mg(80)")
      good = false
    else
      first = first or node
      entry.value = node
      if not same_type(first, node) then
        E.add("P014", argument_place(node, place), word .. ": " .. describe(node) .. " stands beside "
              .. describe(first), "all values of one " .. word .. " have one unit")
        good = false
      end
    end
  end
  if good and not first then
    E.add("P033", place, word .. " is empty", "name at least one value")
    good = false
  end
  return good and out or nil, first
end

function words.pick(thing, map)
  local place = E.where()
  if sealed.is_broken(thing) then return broken end
  local node = sealed.is(thing, "value")
  if not node or (node.kind ~= "choice" and node.kind ~= "text") then
    E.add("P014", place, "pick chooses by a choice, not by "
          .. (node and describe(node) or sealed.what(thing)),
          "write it as pick(fact \"plan.steroid\", { dexamethasone = mg(15) })")
    return broken
  end
  local list, first = cases("pick", map, place, function(key)
    if type(key) ~= "string" then
      E.add("P016", place, "pick: a choice is a text, not " .. sealed.what(key),
            "write it as { dexamethasone = mg(15) }")
      return nil
    end
    if not utf8_len(key) then
      E.add("P038", place, "a choice is a text in UTF-8", "save the file as UTF-8")
      return nil
    end
    if not node.choices then return key end
    for i = 1, #node.choices do
      if node.choices[i] == key then return key end
    end
    local at = E.token(place, "name", key)
    if at.line == place.line then at = E.token(place, "string", key) end
    E.add("P016", at, describe(node) .. " is never '" .. values.printable(key) .. "'",
          S.suggest(key, node.choices))
    return nil
  end)
  if not list then return broken end
  local choices = {}
  for i = 1, #list do choices[i] = { list[i].key, list[i].value.node } end
  return sealed.new("value", {
    kind = first.kind, unit = first.unit, place = place, name = "the picked value",
    node = { op = "pick", of = node.node, choices = choices },
  })
end

function words.by_date(map)
  local place = E.where()
  local list, first = cases("by_date", map, place, function(key)
    return values.check_date(key, place)
  end)
  if not list then return broken end
  local out = {}
  for i = 1, #list do out[i] = { from = list[i].key, value = list[i].value.node } end
  return sealed.new("value", {
    kind = first.kind, unit = first.unit, place = place, name = "the value by date",
    node = { op = "by_date", values = out }, by_date = list,
  })
end

function words.any_kind(list)
  local place = E.where()
  if sealed.is_broken(list) then return broken end
  if type(list) ~= "table" or sealed.of(list) or #list == 0 then
    E.add("P012", place, "any_kind takes a list of kinds, not " .. sealed.what(list),
          "write it as any_kind { \"physical-therapy\", \"exercise\" }")
    return broken
  end
  local copy = {}
  for i = 1, #list do copy[i] = list[i] end
  return sealed.new("choices", { list = copy })
end

sealed.class("choices", {})
sealed.class("finding", {})

-- values.same_kind(a, b) -> may b stand where a stood (parameters)?
function values.same_kind(a, b)
  return same_type(a, b)
end

values.kind_of = kind_of
values.comparable_with = comparable_with

return values
