-- declare.lua - the words that make a file a policy: policy, criterion,
-- pathway, safeguard and parameter; and the checks that need the whole file.

local deps = ...

local next, tostring, type = next, tostring, type
local math_type = math.type
local remove, sort = table.remove, table.sort

local E, S, sealed, values, fields, codesets, catalogue, tree =
  deps.collector, deps.errors, deps.sealed, deps.values, deps.fields,
  deps.codesets, deps.catalogue, deps.tree
local broken = sealed.broken

local declare = { words = {} }
local words = declare.words
local now -- what the file under load has declared so far

sealed.class("declaration", {})

-- declare.start() -> an empty file
function declare.start(file)
  now = {
    file = file, policy = nil, criteria = {}, pathways = {}, safeguards = {}, parameters = {},
    parameter = {}, declared = {}, open = {},
  }
  return now
end

-- word "id" is said: remembered until its table comes, and named once only.
local function open(word, id, example)
  local place = E.where()
  local context = { word = word, id = id, place = place }
  if type(id) == "string" then now.declared[word .. " " .. id] = true end
  if not fields.id(id, place, word, example) then
    context.id = type(id) == "string" and id or nil
    return context, false
  end
  if word ~= "policy" and not now.policy and not now.named_late then
    now.named_late = true
    E.add("P030", place, word .. " '" .. id .. "' stands before the policy has a name",
          "begin the file with policy \"payer.subject\" { ... }")
  end
  local key = word .. " " .. id
  local before = now.open[key] or now[key]
  if before then
    E.add("P013", place, word .. " '" .. id .. "' is declared twice, first in line " .. before.place.line,
          "give each " .. word .. " its own name")
  else
    now.open[key] = context
    now.open[#now.open + 1] = context
  end
  return context, true
end

local function close(context)
  local key = context.word .. " " .. tostring(context.id)
  now.open[key] = nil
  now[key] = now[key] or context
  for i = 1, #now.open do
    if now.open[i] == context then
      remove(now.open, i)
      return
    end
  end
end

-- A word of the form  word "id" { fields }.
local function declaration(word, example, finish)
  words[word] = function(id, direct)
    local context, good = open(word, id, example)
    local function take(body)
      close(context)
      if not fields.body(context, body) then return broken end
      return finish(context, body, good) or broken
    end
    if direct ~= nil then return take(direct) end
    return take
  end
end

-- policy --------------------------------------------------------------------------------

local function read_covers(context, name, value)
  local set = sealed.is(value, "set")
  if set then return set end
  if type(value) == "table" and not sealed.of(value) then
    return codesets.make(value, fields.place(context, name))
  end
  fields.wrong(context, name, "a code set", value)
  return nil
end

local function read_parameters(context, name, value)
  if type(value) ~= "table" or sealed.of(value) then
    fields.wrong(context, name, "a table of values", value,
                 "write it as parameters = { repeat_relief = percent(50) }")
    return nil
  end
  local out, good = {}, true
  for key, thing in next, value do
    if sealed.is_broken(thing) then
      good = false
    elseif type(key) ~= "string" or not values.from(thing, context.place) then
      E.add("P012", fields.place(context, name), fields.label(context) .. ": parameter '"
            .. tostring(key) .. "' is no value", "write it as " .. tostring(key) .. " = weeks(2)")
      good = false
    else
      out[#out + 1] = { name = key, value = values.from(thing, context.place) }
    end
  end
  sort(out, function(a, b) return a.name < b.name end)
  return good and out or nil
end

local function read_without(context, name, value)
  local list = fields.texts(context, name, value)
  if not list then return nil end
  return list
end

local policy_fields = {
  title = fields.text, source = fields.text, version = fields.version, in_force = fields.in_force,
  covers = read_covers, extends = fields.text, parameters = read_parameters,
  without = read_without, inherited = fields.one_of { "A", "D", "M", "P" },
  selects_by = fields.one_of { "request", "service" },
  limits = fields.limits { time_ms = 250, memory_mib = 32, result_kib = 1024, trace_kib = 64 },
}

declaration("policy", "payer.subject", function(context, body)
  local read, good = fields.read(context, body, policy_fields, body.extends ~= nil
    and { "in_force" } or { "covers", "in_force", "source", "title" })
  if now.policy then
    E.add("P030", context.place, "this file names a second policy: '" .. tostring(context.id) .. "'",
          "one file is one policy; put the other into its own file")
    return nil
  end
  local changes = read.without and "without" or read.parameters and "parameters" or read.inherited and "inherited"
  if read.extends == nil and changes then
    E.add("P010", fields.place(context, changes),
          fields.label(context) .. " extends no other policy: '" .. changes .. "' has nothing to change",
          "name the other policy, as extends = \"acme.epidural-injections\"")
  end
  read.id, read.place, read.good, read.context = context.id, context.place, good, context
  now.policy = read
  return sealed.new("declaration", { policy = read })
end)

-- criterion --------------------------------------------------------------------------------

local function read_met(context, name, value)
  if type(value) == "function" then return { op = "function", fn = value } end
  return fields.finding(context, name, value)
end

local function read_reads(context, name, value)
  local list = fields.texts(context, name, value)
  if not list then return nil end
  local out, good = {}, true
  for i = 1, #list do
    local fact, of = catalogue.facts[list[i]], catalogue.lists[list[i]]
    if not fact and not of then
      good = false
      local known = catalogue.fact_names()
      local lists = catalogue.list_names()
      for j = 1, #lists do known[#known + 1] = lists[j] end
      E.add("P015", E.token(fields.place(context, name), "string", list[i]),
            "no fact or list is called '" .. values.printable(list[i]) .. "'",
            S.suggest(list[i], known, "docs/reference.md lists the facts"))
    end
    out[i] = { name = list[i], fact = fact, list = of }
  end
  return good and out or nil
end

local criterion_fields = {
  cite = fields.text, says = fields.text, ask = fields.text, met = read_met,
  unless = fields.finding, only_if = fields.finding, reads = read_reads,
  accepts = fields.one_of { "confirmed", "extracted" }, presume_absent = fields.flag,
  presume_cite = fields.text, confidence = fields.one_of { "A", "D", "M", "P" },
  document = fields.document, reason = fields.one_of { "units_over_limit", "wrong_code" },
}

-- Lists that the payer keeps or the request carries: nobody is asked for them.
local OWN = { lines = true, request = true, patient = true, coverage = true, history = true,
              procedures = true, reviews = true }

local function needs_ask(met)
  if not met or met.op == "function" then return true end
  local used = tree.reads(met)
  if #used.facts > 0 then return true end
  for i = 1, #used.lists do
    if not OWN[used.lists[i].name] then return true end
  end
  return false
end

local function check_function(context, read)
  local is_function = read.met and read.met.op == "function"
  if is_function and not read.reads then
    E.add("P032", fields.place(context, "met"), fields.label(context)
          .. ": 'met' is a function, so 'reads' must list what it reads",
          "write it as reads = { \"pain.score\", \"procedures\" }")
    return false
  elseif read.met and not is_function and read.reads then
    E.add("P032", fields.place(context, "reads"), fields.label(context)
          .. ": 'reads' is only for a 'met' that is a function", "leave it out: the words say what they read")
    return false
  end
  return true
end

local function check_silence(context, read)
  if not read.presume_absent then return true end
  if not read.presume_cite then
    E.add("P035", fields.place(context, "presume_absent"), fields.label(context)
          .. ": silence may count as absence only where the payer says so",
          "add where, as presume_cite = \"PM-114 3.5\"")
    return false
  end
  if not read.met or read.met.op == "function" then return true end
  local used = tree.reads(read.met)
  for i = 1, #used.facts do
    if used.facts[i].safety then
      E.add("P035", fields.place(context, "presume_absent"), fields.label(context) .. ": fact '"
            .. used.facts[i].path .. "' is about safety: silence never counts as absence",
            "leave presume_absent out, and ask")
      return false
    end
  end
  return true
end

declaration("criterion", "conservative-care", function(context, body)
  local read, good = fields.read(context, body, criterion_fields, { "cite", "met", "says" })
  local complete = body.reads == nil or read.reads ~= nil
  local unknown = sealed.is_broken(body.met) -- its slip is named; what it reads is not known
  if body.ask == nil and complete and not unknown and (not read.met or needs_ask(read.met)) then
    local near = false
    for key in next, body do
      near = near or type(key) == "string" and not criterion_fields[key]
        and S.nearest(key, S.keys(criterion_fields)) == "ask"
    end
    if not near then
      E.add("P011", context.place, fields.label(context) .. ": the field 'ask' is missing", fields.help.ask)
    end
    good = false
  end
  good = complete and check_function(context, read) and check_silence(context, read) and good
  local both = read.met and read.only_if
    and read.met.op ~= "function" and values.contradiction { read.met, read.only_if }
  if both then
    E.add("P022", context.place, fields.label(context) .. " can never be met: " .. both,
          "its 'only_if' excludes its 'met'")
  end
  read.id, read.place, read.good = context.id, context.place, good
  read.accepts = read.accepts or "confirmed"
  now.criteria[#now.criteria + 1] = read
  return sealed.new("declaration", { criterion = read })
end)

-- pathway ------------------------------------------------------------------------------------

local function pathway_parts(context, body)
  local parts = {}
  for i = 1, #body do
    local node = sealed.of(body[i])
    if node and node.criterion then
      parts[#parts + 1] = node.criterion
    elseif not node or node.type ~= "broken" then
      E.add("P006", context.place, fields.label(context) .. ": "
            .. (type(body[i]) == "function" and "a word without its table" or sealed.what(body[i]))
            .. " stands where a criterion is due",
            "a pathway holds 'when' and criteria, with commas between them")
    end
  end
  return parts
end

local pathway_fields = { when = fields.finding, unless = fields.finding, says = fields.text, cite = fields.text,
                         [1] = true }

declaration("pathway", "repeat", function(context, body)
  local read, good = fields.read(context, body, pathway_fields, { "when" })
  local parts = pathway_parts(context, body)
  local path = { id = context.id, when = read.when, unless = read.unless, says = read.says, cite = read.cite,
                 place = context.place, good = good }
  for i = 1, #parts do
    if parts[i].pathway then
      E.add("P013", parts[i].place, "criterion '" .. tostring(parts[i].id)
            .. "' stands in two pathways", "declare it once in each, with two names")
    end
    parts[i].pathway = context.id
    local clash = read.when and parts[i].only_if
      and values.contradiction { read.when, parts[i].only_if }
    if clash then
      E.add("P022", parts[i].place, "criterion '" .. parts[i].id .. "' is never reached: " .. clash,
            "its 'only_if' excludes the 'when' of pathway '" .. context.id .. "'")
    end
  end
  if #body == 0 then
    E.add("P033", context.place, fields.label(context) .. " holds no criterion",
          "put its criteria inside its braces, with commas between them")
  end
  now.pathways[#now.pathways + 1] = path
  return sealed.new("declaration", { pathway = path })
end)

-- safeguard ------------------------------------------------------------------------------------

local function read_instead_of(context, name, value)
  local list = type(value) == "table" and not sealed.of(value) and value or { value }
  local seen, out = {}, {}
  for key, item in next, list do
    if item ~= "approve" and item ~= "pend" or not math_type(key) then
      E.add("P036", fields.place(context, name), fields.label(context)
            .. ": a safeguard acts instead of 'pend' or 'approve', not of "
            .. (type(item) == "string" and "'" .. values.printable(item) .. "'" or sealed.what(item)),
            type(item) == "string" and S.suggest(item, { "approve", "pend" })
            or "write instead_of = \"pend\"")
      return nil
    end
    seen[item] = true
  end
  if seen.approve then out[1] = "approve" end
  if seen.pend then out[#out + 1] = "pend" end
  return out
end

local function read_recommend(context, name, value)
  if value == "refer" then return value end
  E.add("P036", fields.place(context, name), fields.label(context)
        .. ": a safeguard only ever refers", "write recommend = \"refer\": it asks for more care, never for less")
  return nil
end

local safeguard_fields = {
  cite = fields.text, says = fields.text, ask = fields.text, when = fields.finding,
  unless = fields.finding, instead_of = read_instead_of, recommend = read_recommend,
  expedite = fields.flag, bridge = fields.flag,
}

declaration("safeguard", "running-pump", function(context, body)
  local read, good = fields.read(context, body, safeguard_fields, { "cite", "says", "when" })
  read.id, read.place, read.good = context.id, context.place, good
  read.instead_of = read.instead_of or { "pend" }
  now.safeguards[#now.safeguards + 1] = read
  return sealed.new("declaration", { safeguard = read })
end)

-- parameter ------------------------------------------------------------------------------------

local function value_entry(context, thing, from, cite)
  local node = sealed.is(values.from(thing, context.place), "value")
  if not node or not node.const then
    if not sealed.is_broken(thing) then
      E.add("P012", context.place, fields.label(context) .. ": "
            .. (node and values.describe(node) or sealed.what(thing)) .. " is no fixed value",
            "write it as parameter \"repeat_relief\" { percent(50) }")
    end
    return nil
  end
  return { from = from, value = node.const, node = node, cite = cite }
end

-- The values in { weeks(4) }, { by_date {...} } or { {from=,value=,cite=}, ... }.
local function parameter_values(context, body, cite)
  local first = sealed.is(body[1], "value")
  if first and first.by_date then
    local out = {}
    for i = 1, #first.by_date do
      local entry = first.by_date[i]
      out[i] = { from = entry.key, value = entry.value.const, node = entry.value, cite = cite }
      if not out[i].value then return nil end
    end
    return out
  end
  if type(body[1]) ~= "table" or sealed.of(body[1]) then
    if #body > 1 then
      E.add("P012", context.place, fields.label(context) .. " holds more than one value",
            "values by date are written as by_date { [\"2025-01-01\"] = weeks(4) }")
      return nil
    end
    local entry = value_entry(context, body[1], nil, cite)
    return entry and { entry } or nil
  end
  local out = {}
  for i = 1, #body do
    local item = body[i]
    if type(item) ~= "table" or sealed.of(item) then
      E.add("P012", context.place, fields.label(context) .. ": each value has its date",
            "write { from = \"2025-01-01\", value = weeks(4), cite = \"...\" }")
      return nil
    end
    local read, good = fields.read(
      { word = "parameter", id = context.id, place = context.place, lines = {}, again = {} }, item,
      { from = function(c, _, v) return values.check_date(v, c.place) end, cite = fields.text,
        value = function(c, _, v) return value_entry(c, v) end }, { "value" })
    if not good then return nil end
    out[i] = { from = read.from, value = read.value.value, node = read.value.node, cite = read.cite or cite }
  end
  sort(out, function(a, b) return (a.from or "") < (b.from or "") end)
  return out
end

local function one_kind(context, list)
  for i = 2, #list do
    if not values.same_kind(list[1].node, list[i].node) then
      E.add("P028", context.place, fields.label(context) .. ": " .. values.describe(list[i].node)
            .. " stands beside " .. values.describe(list[1].node), "a parameter has one kind and unit")
      return false
    end
    if list[i].from == list[i - 1].from then
      E.add("P013", context.place, fields.label(context) .. " has two values from "
            .. tostring(list[i].from or "the beginning"), "give each value its own date")
      return false
    end
  end
  return true
end

local parameter_fields = { cite = fields.text, choices = fields.texts, [1] = true }

declaration("parameter", "repeat_relief", function(context, body)
  local read = fields.read(context, body, parameter_fields, {})
  if body[1] == nil then
    E.add("P011", context.place, fields.label(context) .. " has no value",
          "write it as parameter \"repeat_relief\" { percent(50) }")
    return nil
  end
  if sealed.is_broken(body[1]) then return nil end
  local list = parameter_values(context, body, read.cite)
  if not list or not one_kind(context, list) then return nil end
  local first = list[1].node
  local choices = read.choices
  if not choices and first.kind == "choice" and (first.const.text == "yes" or first.const.text == "no") then
    choices = { "no", "yes" }
  end
  if first.kind == "choice" and not choices then
    E.add("P011", context.place, fields.label(context) .. " is the choice '"
          .. values.printable(first.const.text) .. "' without 'choices'",
          "write \"yes\" or \"no\", or add choices = { \"first\", \"second\" }")
    return nil
  end
  for i = 1, choices and #list or 0 do
    local known = { name = fields.label(context), choices = choices, kind = "choice" }
    if not values.choice(known, list[i].value.text, context.place) then return nil end
  end
  local param = { name = context.id, values = list, kind = first.kind, unit = first.unit,
                  choices = choices, place = context.place }
  now.parameters[#now.parameters + 1] = param
  now.parameter[param.name] = param
  return sealed.new("value", {
    kind = param.kind, unit = param.unit, choices = choices, place = context.place,
    name = "parameter '" .. param.name .. "'", node = { op = "parameter", param = param },
  })
end)

-- The whole file ----------------------------------------------------------------------------------

local reached = { criterion = true, pathway = true, safeguard = true, parameter = true }

local function check_reached()
  local found = E.declared(now.file, reached)
  for i = 1, #found do
    local f = found[i]
    if not now.declared[f.word .. " " .. f.id] then
      E.add("P022", { file = now.file, line = f.line }, f.word .. " '" .. values.printable(f.id)
            .. "' is never reached", "take it out of the 'if', or put it before the end of the file")
    end
  end
end

local bodies = { criterion = true, pathway = true, safeguard = true }
local asking = { fact = true, records = true, line = true, request = true, patient = true,
                 answer = true, all_of = true, any_of = true, none_of = true, negate = true }

-- Lua's own connectives only know true and false: of two findings they silently
-- keep one.
local function check_connectives()
  local instead = { ["and"] = "all_of { a, b }", ["or"] = "any_of { a, b }", ["not"] = "negate(a)" }
  local found = E.connectives(now.file, bodies, asking)
  for i = 1, #found do
    E.add("P024", { file = now.file, line = found[i].line }, "'" .. found[i].value
          .. "' only knows true and false: it does not join findings",
          "use " .. instead[found[i].value])
  end
end

-- declare.check(): what only the end of the file shows
function declare.check(stopped)
  if not now.policy then
    if not stopped and not now.named_late then
      E.add("P030", { file = now.file, line = 1 }, "this file names no policy",
            "begin it with policy \"payer.subject\" { ... }")
    end
    return
  end
  for i = 1, #now.open do
    local context = now.open[i]
    E.add("P011", context.place, fields.label(context) .. " has no fields",
          "write it as " .. context.word .. " \"" .. tostring(context.id) .. "\" { field = value }")
  end
  if not stopped then
    check_reached()
    check_connectives()
  end
end

-- Parameters from outside: { name = const or array of {from=, value=const, cite=} }.
local function outside_values(thing)
  if thing.op == "const" or thing.kind then thing = { { value = thing } } end
  local list = {}
  for i = 1, #thing do
    local v = thing[i].value
    local const = { op = "const", kind = v.kind, number = v.number, unit = v.unit,
                    text = v.text, date = v.date }
    list[i] = { from = thing[i].from, value = const, cite = thing[i].cite,
                node = { const = const, kind = v.kind, unit = v.unit } }
  end
  return list
end

-- Puts a new value into a parameter, or names why it does not fit.
local function override(merged, name, list, place)
  local param = merged.parameter[name]
  if not param then
    local known = S.keys(merged.parameter)
    E.add("P027", E.token(place, "name", name), "policy '" .. merged.id
          .. "' has no parameter '" .. values.printable(name) .. "'",
          S.suggest(name, known, #known == 0 and "it declares no parameters" or nil))
    return
  end
  for i = 1, #list do
    local node = list[i].node
    if not values.same_kind({ kind = param.kind, unit = param.unit }, node) then
      E.add("P028", E.token(place, "name", name), "parameter '" .. name .. "' is "
            .. values.kind_of(param) .. ", not " .. values.describe(node),
            values.comparable_with(param))
      return
    end
    if param.choices and not values.choice({ name = "parameter '" .. name .. "'",
        choices = param.choices, kind = "choice" }, node.const.text, place) then
      return
    end
  end
  param.values = list
end

local function inside_values(value)
  local node = sealed.of(value)
  if node.by_date then
    local out = {}
    for i = 1, #node.by_date do
      out[i] = { from = node.by_date[i].key, value = node.by_date[i].value.const,
                 node = node.by_date[i].value }
    end
    return out
  end
  if not node.const then return nil end
  return { { value = node.const, node = node } }
end

local function append(to, from, key)
  for i = 1, #from do
    local at
    for j = 1, #to do
      if to[j][key] == from[i][key] then at = j end
    end
    to[at or #to + 1] = from[i]
  end
end

local function drop(merged, list, place)
  for i = 1, #list do
    local at, known = nil, {}
    for j = 1, #merged.criteria do
      known[j] = merged.criteria[j].id
      if known[j] == list[i] then at = j end
    end
    if at then
      remove(merged.criteria, at)
    else
      E.add("P029", E.token(place, "string", list[i]), "policy '" .. tostring(merged.extends)
            .. "' has no criterion '" .. values.printable(list[i]) .. "'", S.suggest(list[i], known))
    end
  end
end

-- The criteria of the other policy, known of this one only so far.
local function known_as(criteria, confidence)
  local out = {}
  for i = 1, #criteria do
    local copy = {}
    for key, value in next, criteria[i] do copy[key] = value end
    copy.confidence = confidence
    out[i] = copy
  end
  return out
end

local inherited = { "title", "source", "covers", "selects_by", "limits" }

-- declare.merge(held) -> the policy with everything it extends; held: id -> merged
function declare.merge(held)
  local own = now.policy
  local base = own.extends and held[own.extends]
  local merged = {
    id = own.id, file = now.file, title = own.title, source = own.source,
    version = own.version, in_force = own.in_force, covers = own.covers, extends = own.extends,
    selects_by = own.selects_by, limits = own.limits, place = own.place,
    criteria = {}, pathways = {}, safeguards = {}, parameters = {}, parameter = {},
  }
  merged.based = base ~= nil
  if base then
    for i = 1, #inherited do
      local name = inherited[i]
      merged[name] = merged[name] or base[name]
    end
    append(merged.criteria, own.inherited and known_as(base.criteria, own.inherited) or base.criteria, "id")
    append(merged.pathways, base.pathways, "id")
    append(merged.safeguards, base.safeguards, "id")
    append(merged.parameters, base.parameters, "name")
    if own.without then drop(merged, own.without, fields.place(own.context, "without")) end
  end
  append(merged.criteria, now.criteria, "id")
  append(merged.pathways, now.pathways, "id")
  append(merged.safeguards, now.safeguards, "id")
  append(merged.parameters, now.parameters, "name")
  for i = 1, #merged.parameters do
    merged.parameter[merged.parameters[i].name] = merged.parameters[i]
  end
  for i = 1, #(base and own.parameters or {}) do
    local entry = own.parameters[i]
    local list = inside_values(entry.value)
    if list then override(merged, entry.name, list, fields.place(own.context, "parameters")) end
  end
  return merged
end

-- declare.apply(merged, options): what the registry says of this use
function declare.apply(merged, options)
  local as = options.as or {}
  merged.title = as.title or merged.title
  merged.source = as.source or merged.source
  local names = S.keys(options.parameters or {})
  for i = 1, #names do
    override(merged, names[i], outside_values(options.parameters[names[i]]), merged.place)
  end
  if not merged.covers and merged.based and not E.has("P029") then
    E.add("P011", merged.place, "policy '" .. merged.id .. "': the field 'covers' is missing",
          fields.help.covers)
  end
end

function declare.current() return now end

return declare
