-- records.lua - facts, lists of records, and the request itself.
--
-- records "procedures" { kind = "epidural-injection", same = "region" } names a
-- list and narrows it; measures turn it into a number, a duration, one record
-- or a finding. Lists, fields and choices come from the catalogue, so a slip
-- in any of them is named while the policy loads.

local deps = ...

local next, tostring, type = next, tostring, type
local sort = table.sort
local math_type = math.type
local utf8_len = utf8.len

local E, S, sealed, codesets, values, catalogue =
  deps.collector, deps.errors, deps.sealed, deps.codesets, deps.values, deps.catalogue
local broken = sealed.broken

local records = { words = {} }
local words = records.words

-- Facts and fields -------------------------------------------------------------------

local function needs_text(thing, place, word, example)
  if type(thing) == "string" then return thing end
  if not sealed.is_broken(thing) then
    E.add("P012", place, word .. " takes a name, not " .. sealed.what(thing),
          "write it as " .. example)
  end
  return nil
end

function words.fact(path)
  local place = E.where()
  if not needs_text(path, place, "fact", "fact \"pain.score\"") then return broken end
  local def = catalogue.facts[path]
  if not def then
    E.add("P015", E.token(place, "string", path),
          "no fact is called '" .. values.printable(path) .. "'",
          S.suggest(path, catalogue.fact_names(), catalogue.like(path)
                    and "did you mean '" .. catalogue.like(path) .. "'?"
                    or "docs/reference.md lists the facts; a payer's own are declared with define_fact"))
    return broken
  end
  return sealed.new("value", {
    kind = def.kind, unit = def.unit, choices = def.choices, range = def.range,
    many = def.choose == "all", place = place, name = "fact '" .. path .. "'",
    node = { op = "fact", fact = def },
  })
end

-- The definition of a field, or nil after naming the slip.
local function field_of(list, name, place, kind, extra)
  if not needs_text(name, place, "a field", "\"" .. list.field_names()[1] .. "\"") then return nil end
  local field = list.field[name]
  if field then return field end
  local known = list.field_names()
  known[#known + 1] = extra
  E.add("P019", E.token(place, kind or "string", name),
        "list '" .. list.name .. "' has no field '" .. values.printable(name) .. "'",
        S.suggest(name, known))
  return nil
end

local function field_value(list, field, node, place, name)
  return sealed.new("value", {
    kind = field.kind, unit = field.unit, choices = field.choices, range = field.range,
    many = field.many, any_unit = field.any_unit, codes = field.codes,
    shape = field.shape, shaped = field.shaped, blank = field.blank,
    place = place, node = node, field = field, list = list, name = name,
  })
end

-- line "code", request "urgency", patient "age": fields of what is under review.
local function subject(word, list_name, example)
  return function(name)
    local place = E.where()
    local list = catalogue.lists[list_name]
    if not needs_text(name, place, word, example) then return broken end
    if word == "request" and name == "date_of_service" then
      return sealed.new("value", { kind = "date", place = place, name = "the date of service",
                                   node = { op = "date_of_service" } })
    end
    local field = field_of(list, name, place)
    if not field then return broken end
    return field_value(list, field, { op = word, field = field, list = list }, place,
                       word .. " '" .. name .. "'")
  end
end

words.line = subject("line", "lines", "line \"code\"")
words.request = subject("request", "request", "request \"urgency\"")
words.patient = subject("patient", "patient", "patient \"age\"")

function words.answer(link)
  local place = E.where()
  if not needs_text(link, place, "answer", "answer \"linkId\"") then return broken end
  if link == "" or not utf8_len(link) then
    E.add("P041", place, "the name of an answer is empty or not UTF-8", "write it as answer \"linkId\"")
    return broken
  end
  -- The answer to a question of the catalogue has the choices of that question.
  local def = catalogue.facts[link]
  local choice = def and def.kind == "choice"
  return sealed.new("value", {
    kind = choice and "choice" or nil, choices = choice and def.choices or nil,
    many = choice and def.choose == "all", place = place, name = "answer '" .. link .. "'",
    node = { op = "answer", link = link, kind = choice and "choice" or nil },
  })
end

-- requested.units reads like a sentence and means line "units".
sealed.class("requested", {}, {
  __index = function(_, name)
    local list, place = catalogue.lists.lines, E.where()
    local field = field_of(list, name, place, "name")
    if not field then return broken end
    return field_value(list, field, { op = "line", field = field, list = list }, place,
                       "requested." .. name)
  end,
})

-- Narrowing --------------------------------------------------------------------------------

local function copy(record)
  local new = { list = record.list, where = {}, same = {}, within = record.within,
                before = record.before, after = record.after, on_or_after = record.on_or_after }
  for i = 1, #record.where do new.where[i] = record.where[i] end
  for i = 1, #record.same do new.same[i] = record.same[i] end
  return new
end

local function new_records(record, place)
  record.place = place
  return sealed.new("records", record)
end

local function describe_field(list, field)
  return { kind = field.kind, unit = field.unit, choices = field.choices, codes = field.codes,
           any_unit = field.any_unit, range = field.range, many = field.many,
           shape = field.shape, shaped = field.shaped, blank = field.blank,
           name = "field '" .. field.name .. "' of '" .. list.name .. "'" }
end

local function add_same(record, thing, place)
  local names = type(thing) == "table" and not sealed.of(thing) and thing or { thing }
  for i = 1, #names do
    local name = names[i]
    if sealed.is_broken(name) then return false end
    local field = field_of(record.list, name, place)
    if not field then return false end
    if not catalogue.lists.lines.field[name] then
      E.add("P019", E.token(place, "string", name),
            "a request line has no field '" .. name .. "' to be the same as",
            S.suggest(name, { "region", "level", "side" }))
      return false
    end
    record.same[#record.same + 1] = name
  end
  return true
end

-- The filter for field = thing, or nil after naming the slip.
local function filter(list, field, thing, place)
  local node = describe_field(list, field)
  local inner = sealed.of(thing)
  if inner and inner.type == "set" or field.kind == "code" and type(thing) ~= "boolean" then
    local set = inner and inner.type == "set" and inner
    if field.kind ~= "code" then
      E.add("P014", place, node.name .. " is no code", values.comparable_with(node))
      return nil
    end
    if set then
      if not codesets.fits(set, field.codes, place, node.name) then return nil end
    elseif type(thing) == "string" or type(thing) == "table" and not inner then
      set = codesets.make(type(thing) == "string" and { thing } or thing, place, field.codes)
    else
      E.add("P014", place, node.name .. " is a code, not " .. sealed.what(thing),
            "narrow it with codes { ... }")
    end
    return set and { field = field, test = "in_set", set = set }
  end
  if inner and inner.type == "choices" or type(thing) == "table" and not inner then
    local list_of = values.choice_list(node, thing, place, field.name)
    return list_of and { field = field, test = "is_one_of", values = list_of }
  end
  if type(thing) == "string" or type(thing) == "boolean" then
    if field.kind ~= "choice" and field.kind ~= "text" then
      E.add("P014", E.token(place, "string", thing), node.name .. " is "
            .. values.kind_of(node), "narrow by it with :with \"" .. field.name .. "\" and a test")
      return nil
    end
    local text = values.choice(node, thing, place)
    return text and { field = field, test = "is", values = { text } }
  end
  E.add("P014", place, "records are narrowed by a choice, not by "
        .. (inner and inner.type == "value" and values.describe(inner) or sealed.what(thing)),
        "for more and less, write :with \"" .. field.name .. "\" :at_least(...)")
  return nil
end

local function sorted_fields(map)
  local out = {}
  for key, thing in next, map do out[#out + 1] = { key = key, thing = thing } end
  sort(out, function(a, b) return tostring(a.key) < tostring(b.key) end)
  return out
end

-- Adds { field = value } to a copy of record; nil after naming the slips.
local function narrowed(record, map, place)
  if type(map) ~= "table" or sealed.of(map) then
    E.add("P012", place, "records are narrowed by { field = choice }, not by " .. sealed.what(map),
          "write it as records \"" .. record.list.name .. "\" { field = \"choice\" }")
    return nil
  end
  local new, good = copy(record), true
  local entries = sorted_fields(map)
  for i = 1, #entries do
    local key, thing = entries[i].key, entries[i].thing
    if sealed.is_broken(thing) then
      good = false
    elseif math_type(key) then
      E.add("P012", place, "records are narrowed by fields with a name",
            "write it as { field = \"choice\" }")
      good = false
    elseif key == "same" then
      good = add_same(new, thing, place) and good
    else
      local field = field_of(record.list, key, place, "name", "same")
      local found = field and filter(record.list, field, thing,
                                     E.token(place, "name", key))
      if found then new.where[#new.where + 1] = found else good = false end
    end
  end
  return good and new or nil
end

function words.records(name)
  local place = E.where()
  if not needs_text(name, place, "records", "records \"procedures\"") then return broken end
  local list = catalogue.lists[name]
  if not list or list.root then
    E.add("P018", E.token(place, "string", name),
          "no list is called '" .. values.printable(name) .. "'",
          S.suggest(name, catalogue.list_names()))
    return broken
  end
  return new_records({ list = list, where = {}, same = {} }, place)
end

-- Methods ------------------------------------------------------------------------------------

local function self_records(self, word)
  local node = sealed.of(self)
  if node and (node.type == "records" or node.type == "broken") then return node end
  E.add("P006", nil, ":" .. word .. " is asked of " .. sealed.what(self) .. ", not of records",
        "write a colon before the word, as records \"procedures\" :count()")
  return { type = "broken" }
end

local methods = {}

local function bounded(word, read)
  methods[word] = function(self, thing)
    local node, place = self_records(self, word), E.where()
    if node.type == "broken" then return broken end
    if word ~= "within" and not node.list.date then
      E.add("P019", place, "the records of '" .. node.list.name .. "' carry no date",
            "narrow them by a field")
      return broken
    end
    local bound = read(thing, place, word)
    if not bound then return broken end
    local new = copy(node)
    new[word] = bound
    return new_records(new, place)
  end
end

bounded("within", values.span)
bounded("before", values.day)
bounded("after", values.day)
bounded("on_or_after", values.day)

-- :with "relief_percent" :at_least(percent(50)) narrows by a test.
methods["with"] = function(self, name)
  local node, place = self_records(self, "with"), E.where()
  if node.type == "broken" or sealed.is_broken(name) then return broken end
  local field = field_of(node.list, name, place)
  if not field then return broken end
  local value = describe_field(node.list, field)
  value.place, value.node = place, { op = "narrow" }
  value.narrow = function(test)
    local new = copy(node)
    new.where[#new.where + 1] = {
      field = field, test = test.test, values = test.values, set = test.set,
      right = test.right, right2 = test.right2,
    }
    return new_records(new, place)
  end
  return sealed.new("value", value)
end

local function measured(node, measure, place, kind, unit, field)
  return sealed.new("value", {
    kind = kind, unit = unit, place = place, range = kind == "number" and { 0 } or nil,
    name = "the " .. measure .. " of '" .. node.list.name .. "'", measured = node.list,
    node = { op = "measure", measure = measure, records = node, field = field },
  })
end

function methods.count(self)
  local node = self_records(self, "count")
  if node.type == "broken" then return broken end
  return measured(node, "count", E.where(), "number", "count")
end

function methods.rows(self)
  local node = self_records(self, "rows")
  if node.type == "broken" then return broken end
  return measured(node, "rows", E.where(), "number", "count")
end

local function field_measure(measure, node, name, place)
  local field = field_of(node.list, name, place)
  if not field then return nil end
  if field.kind ~= "number" and not (field.kind == "duration" and measure ~= "sum")
     and not (field.kind == "date" and measure ~= "sum") then
    E.add("P014", place, "field '" .. field.name .. "' of '" .. node.list.name .. "' is "
          .. values.kind_of(describe_field(node.list, field)) .. ": it has no " .. measure,
          "name a field that holds a number")
    return nil
  end
  return field
end

function methods.sum(self, name)
  local node, place = self_records(self, "sum"), E.where()
  if node.type == "broken" or sealed.is_broken(name) then return broken end
  local field = field_measure("sum", node, name, place)
  if not field then return broken end
  return measured(node, "sum", place, "number", field.unit, field)
end

local function spanned(measure)
  methods[measure] = function(self)
    local node, place = self_records(self, measure), E.where()
    if node.type == "broken" then return broken end
    if not node.list.period then
      E.add("P017", E.token(place, "name", measure),
            "the records of '" .. node.list.name .. "' have no length: :" .. measure
            .. " cannot measure them", "lists with a length: treatments, trials, programs")
      return broken
    end
    return measured(node, measure, place, "duration", nil, field_of(node.list, "duration", place))
  end
end

spanned("longest")
spanned("total_duration")

local function picked(which)
  methods[which] = function(self)
    local node, place = self_records(self, which), E.where()
    if node.type == "broken" then return broken end
    if not node.list.date then
      E.add("P017", E.token(place, "name", which), "the records of '" .. node.list.name
            .. "' carry no date: none is the " .. which, "narrow them, and use :some")
      return broken
    end
    return sealed.new("pick", { pick = which, records = node, place = place })
  end
end

picked("latest")
picked("earliest")

-- :worst "value" and :best "value" give the record, and by itself that field.
local function extreme(which)
  methods[which] = function(self, name)
    local node, place = self_records(self, which), E.where()
    if node.type == "broken" or sealed.is_broken(name) then return broken end
    local field = field_measure(which, node, name, place)
    if not field then return broken end
    if not field.worst then
      E.add("P017", E.token(place, "name", which), "nobody says which '" .. field.name
            .. "' is worse: :" .. which .. " cannot choose", "use :latest() or :earliest()")
      return broken
    end
    return sealed.new("pick", { pick = which, records = node, field = field, place = place })
  end
end

extreme("worst")
extreme("best")

local function quantified(word, op)
  methods[word] = function(self, map)
    local node, place = self_records(self, word), E.where()
    if node.type == "broken" or sealed.is_broken(map) then return broken end
    if map == nil then map = {} end
    local inner = narrowed({ list = node.list, where = {}, same = {} }, map, place)
    if not inner then return broken end
    local base = node
    if #inner.same > 0 then
      base = copy(node)
      for i = 1, #inner.same do base.same[#base.same + 1] = inner.same[i] end
    end
    if word == "every" and #inner.where == 0 then
      E.add("P033", place, ":every is asked nothing", "write it as :every { field = \"choice\" }")
      return broken
    end
    return sealed.new("finding", { place = place,
      node = { op = op, records = base, where = inner.where } })
  end
end

quantified("some", "some")
quantified("every", "every")
quantified("none", "none_of_records")

sealed.class("records", methods, {
  __call = function(self, map)
    local node, place = sealed.of(self), E.where()
    if sealed.is_broken(map) then return broken end
    local new = narrowed(node, map, place)
    return new and new_records(new, node.place) or broken
  end,
}, function(node) return "records '" .. node.list.name .. "'" end)

local pick_methods = {}

function pick_methods.field(self, name)
  local node, place = sealed.is(self, "pick"), E.where()
  if sealed.is_broken(self) or sealed.is_broken(name) then return broken end
  if not node then
    E.add("P006", nil, ":field is asked of " .. sealed.what(self) .. ", not of a record",
          "write it as records \"procedures\" :latest() :field \"relief_percent\"")
    return broken
  end
  local list = node.records.list
  local field = field_of(list, name, place)
  if not field then return broken end
  return field_value(list, field, { op = "field", of = node, field = field }, place,
                     "field '" .. name .. "' of '" .. list.name .. "'")
end

sealed.class("pick", pick_methods, nil, function() return "a record" end)

-- A payer's own facts ---------------------------------------------------------------------------

function words.define_fact(path)
  local place = E.where()
  return function(body)
    if not needs_text(path, place, "define_fact", "define_fact \"acme.thing\" { ... }") then
      return broken
    end
    return catalogue.define(path, body, place)
  end
end

records.narrowed = narrowed
return records
