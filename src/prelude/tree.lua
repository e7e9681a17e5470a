-- tree.lua - turns what a policy declared into the tree that the judge reads.
--
-- Facts, lists, sets and parameters become indexes in the order in which they
-- are first met, and only what is in use goes in. The same source always gives
-- the same bytes.

local deps = ...

local next = next
local concat = table.concat

local json, codesets, catalogue = deps.json, deps.codesets, deps.catalogue
local array, null = json.array, json.null

local tree = {}

-- One resolver per tree: remembers what was given which index.
local function resolver()
  return {
    sets = array(), set_index = {}, lists = {}, list_index = {}, used = {},
    facts = {}, fact_index = {}, functions = {}, parameters = {}, parameter_index = {},
  }
end

local function set_index(self, set)
  local key = concat(set.text, "\0")
  if not self.set_index[key] then
    local items = array()
    for i = 1, #set.items do
      local item = set.items[i]
      items[i] = { system = item.system or null, op = item.op, from = item.from,
                   to = item.to or null, minus = item.minus or false }
    end
    local texts = array()
    for i = 1, #set.text do texts[i] = set.text[i] end
    self.sets[#self.sets + 1] = {
      name = set.name or null, text = texts, items = items,
      file = set.place and set.place.file or null, lines = set.lines and array(set.lines) or null,
    }
    self.set_index[key] = #self.sets - 1
  end
  return self.set_index[key]
end

local function use_list(self, list)
  if not self.list_index[list] then
    self.lists[#self.lists + 1] = list
    self.list_index[list] = #self.lists - 1
    local used = {}
    self.used[list] = used
    if list.date then used[list.date] = true end
    for i = 1, #(list.period or {}) do used[list.period[i]] = true end
    if list.period and list.field.duration then used.duration = true end
    for i = 1, #(list.skip or {}) do used[list.skip[i].field] = true end
  end
  return self.list_index[list]
end

local function use_field(self, list, field)
  use_list(self, list)
  self.used[list][field.name] = true
  return field.name
end

local val, records

local function filters(self, list, where)
  local out = array()
  for i = 1, #where do
    local f = where[i]
    out[i] = {
      field = use_field(self, list, f.field), test = f.test,
      values = f.values and array(f.values) or nil,
      set = f.set and set_index(self, f.set) or nil,
      right = f.right and val(self, f.right) or nil,
      right2 = f.right2 and val(self, f.right2) or nil,
    }
  end
  return out
end

local function use_fact(self, fact)
  if not self.fact_index[fact] then
    self.facts[#self.facts + 1] = fact
    self.fact_index[fact] = #self.facts - 1
    for i = 1, #fact.found do
      local found = fact.found[i]
      if found.list then
        filters(self, found.list, found.where)
        use_field(self, found.list, found.field)
      end
    end
  end
  return self.fact_index[fact]
end

function records(self, node)
  local list = node.list
  local out = { list = use_list(self, list), where = filters(self, list, node.where),
                same = array() }
  for i = 1, #node.same do
    out.same[i] = node.same[i]
    use_field(self, list, list.field[node.same[i]])
    use_field(self, catalogue.lists.lines, catalogue.lists.lines.field[node.same[i]])
  end
  out.within = node.within and val(self, node.within) or nil
  out.before = node.before and val(self, node.before) or nil
  out.after = node.after and val(self, node.after) or nil
  out.on_or_after = node.on_or_after and val(self, node.on_or_after) or nil
  return out
end

local function use_parameter(self, param)
  if not self.parameter_index[param] then
    self.parameters[#self.parameters + 1] = param
    self.parameter_index[param] = #self.parameters - 1
  end
  return self.parameter_index[param]
end

local function const(node)
  return { op = "const", kind = node.kind, number = node.number, unit = node.unit,
           text = node.text, date = node.date }
end
tree.const = const

local function vals(self, list)
  local out = array()
  for i = 1, #list do out[i] = val(self, list[i]) end
  return out
end

local build = {}

function build.const(_, node) return const(node) end
function build.date_of_service() return { op = "date_of_service" } end
function build.fact(self, node) return { op = "fact", fact = use_fact(self, node.fact) } end

function build.field(self, node)
  local pick = node.of
  return { op = "field", field = use_field(self, pick.records.list, node.field),
           of = { pick = pick.pick, records = records(self, pick.records),
                  field = pick.field and use_field(self, pick.records.list, pick.field) or nil } }
end

local function subject(self, node)
  return { op = node.op, field = use_field(self, node.list, node.field) }
end
build.line, build.request, build.patient = subject, subject, subject

function build.answer(_, node)
  return { op = "answer", link = node.link, kind = node.kind or "text" }
end

function build.measure(self, node)
  return { op = "measure", measure = node.measure, records = records(self, node.records),
           field = node.field and use_field(self, node.records.list, node.field) or nil }
end

function build.arith(self, node)
  return { op = "arith", fn = node.fn, args = vals(self, node.args) }
end

function build.pick(self, node)
  local choices = array()
  for i = 1, #node.choices do
    choices[i] = array { node.choices[i][1], val(self, node.choices[i][2]) }
  end
  return { op = "pick", of = val(self, node.of), choices = choices }
end

function build.by_date(self, node)
  local out = array()
  for i = 1, #node.values do
    out[i] = { from = node.values[i].from, value = val(self, node.values[i].value) }
  end
  return { op = "by_date", values = out }
end

function build.parameter(self, node)
  return { op = "parameter", index = use_parameter(self, node.param) }
end

function val(self, node) return build[node.op](self, node) end

local expr

local function exprs(self, list)
  local out = array()
  for i = 1, #list do out[i] = expr(self, list[i]) end
  return out
end

local find = {}

local function group(self, node) return { op = node.op, of = exprs(self, node.of) } end
find.all, find.any, find.none = group, group, group

function find.at_least(self, node)
  return { op = "at_least", n = node.n, of = exprs(self, node.of) }
end

function find.negate(self, node) return { op = "negate", of = expr(self, node.of) } end

function find.test(self, node)
  return {
    op = "test", test = node.test, left = val(self, node.left),
    right = node.right and val(self, node.right) or nil,
    right2 = node.right2 and val(self, node.right2) or nil,
    values = node.values and array(node.values) or nil,
    set = node.set and set_index(self, node.set) or nil,
  }
end

local function quantified(self, node)
  return { op = node.op, records = records(self, node.records),
           where = filters(self, node.records.list, node.where) }
end
find.some, find.every, find.none_of_records = quantified, quantified, quantified

find["function"] = function(self, node)
  self.functions[#self.functions + 1] = node.fn
  return { op = "function", index = #self.functions - 1 }
end

function expr(self, node) return find[node.op](self, node) end

local function maybe(self, node) return node and expr(self, node) or null end

-- Catalogue entries ------------------------------------------------------------------------

local function way(self, w)
  local out = {}
  for key, value in next, w do
    if key == "by_code" then
      local pairs_of = array()
      for i = 1, #value do
        pairs_of[i] = array { set_index(self, codesets.trusted(value[i][1])), value[i][2] }
      end
      out.by_code = pairs_of
    elseif key == "path" or key == "span" or key == "since" then
      out[key] = array(value)
    elseif key == "prefix" then
      local list = array()
      for i = 1, #value do list[i] = array { value[i][1], value[i][2] } end
      out.prefix = list
    else
      out[key] = value
    end
  end
  return out
end

local function ways(self, list)
  local out = array()
  for i = 1, #list do out[i] = way(self, list[i]) end
  return out
end

local function names(list)
  if not list then return null end
  local out = array()
  for i = 1, #list do out[i] = list[i] end
  return out
end

local function document(doc)
  if not doc then return null end
  return { code = doc.code or null, label = doc.label }
end

local function field_entry(self, field)
  return { name = field.name, kind = field.kind, unit = field.unit or null,
           choices = names(field.choices), many = field.many or false,
           worst = field.worst or null, mode = field.mode or "first", ways = ways(self, field.ways) }
end

local function list_entry(self, list)
  local out = {
    name = list.name, from = array(list.from), world = list.world,
    closed_by = list.closed_by or null, date = list.date or null,
    document = document(list.document), period = names(list.period), skip = array(),
    fields = array(),
  }
  if list.root then out.root = true end
  for i = 1, #(list.skip or {}) do
    out.skip[i] = { field = list.skip[i].field, values = array(list.skip[i].values) }
  end
  for i = 1, #list.fields do
    if self.used[list][list.fields[i].name] then
      out.fields[#out.fields + 1] = field_entry(self, list.fields[i])
    end
  end
  return out
end

local function fact_entry(self, fact)
  local found = array()
  for i = 1, #fact.found do
    local f = fact.found[i]
    if f.list then
      found[i] = { list = use_list(self, f.list), where = filters(self, f.list, f.where),
                   field = f.field.name }
    else
      found[i] = { ways = ways(self, f.ways), date = f.date and ways(self, f.date) or nil }
    end
  end
  return {
    path = fact.path, kind = fact.kind, unit = fact.unit or null,
    choices = names(fact.choices), question = fact.question,
    document = document(fact.document), choose = fact.choose, worst = fact.worst,
    world = fact.world, found = found,
  }
end

local function parameter_entry(_, param)
  local out = array()
  for i = 1, #param.values do
    local v = param.values[i]
    out[i] = { from = v.from or null, value = const(v.value), cite = v.cite or "" }
  end
  return { name = param.name, values = out }
end

-- The tree --------------------------------------------------------------------------------------

-- A function criterion sees whole records, so every field goes along.
local function whole_lists(self, reads)
  local out = array()
  for i = 1, #reads do
    local entry = reads[i]
    out[i] = entry.name
    if entry.list then
      for j = 1, #entry.list.fields do use_field(self, entry.list, entry.list.fields[j]) end
    else
      use_fact(self, entry.fact)
    end
  end
  return out
end

local function criterion(self, crit, pathway_index)
  return {
    id = crit.id, cite = crit.cite, says = crit.says, ask = crit.ask or "",
    document = document(crit.document),
    pathway = crit.pathway and pathway_index[crit.pathway] or null,
    met = expr(self, crit.met), unless = maybe(self, crit.unless),
    only_if = maybe(self, crit.only_if), accepts = crit.accepts,
    presume_absent = crit.presume_absent or false, presume_cite = crit.presume_cite,
    confidence = crit.confidence or null, reason = crit.reason,
    reads = crit.reads and whole_lists(self, crit.reads) or nil,
    line = crit.place.line, file = crit.place.file,
  }
end

local function safeguard(self, guard)
  return {
    id = guard.id, cite = guard.cite, says = guard.says, ask = guard.ask,
    when = expr(self, guard.when), unless = maybe(self, guard.unless),
    instead_of = array(guard.instead_of), expedite = guard.expedite or false,
    bridge = guard.bridge or false, line = guard.place.line, file = guard.place.file,
  }
end

local function pathways(self, list, index)
  local out = array()
  for i = 1, #list do
    local p = list[i]
    index[p.id] = i - 1
    out[i] = { id = p.id, says = p.says, cite = p.cite, when = expr(self, p.when),
               unless = maybe(self, p.unless), line = p.place.line }
  end
  return out
end

local function mapped(self, list, entry)
  local out = array()
  for i = 1, #list do out[i] = entry(self, list[i]) end
  return out
end

-- tree.build(policy) -> the tree as plain tables, and its functions
function tree.build(policy)
  local self, index = resolver(), {}
  local out = {
    schema = "rubric-tree/1", id = policy.id, title = policy.title, source = policy.source,
    version = policy.version or policy.in_force.from, extends = policy.extends or null,
    file = policy.file, selects_by = policy.selects_by or "service",
    in_force = { from = policy.in_force.from, to = policy.in_force.to or null },
    covers = set_index(self, policy.covers), limits = policy.limits,
    pathways = pathways(self, policy.pathways, index),
    criteria = array(), safeguards = mapped(self, policy.safeguards, safeguard),
  }
  for i = 1, #policy.criteria do
    out.criteria[i] = criterion(self, policy.criteria[i], index)
  end
  for i = 1, #policy.parameters do use_parameter(self, policy.parameters[i]) end
  out.parameters = mapped(self, self.parameters, parameter_entry)
  out.facts = mapped(self, self.facts, fact_entry)
  local lists, i = array(), 1
  while i <= #self.lists do
    lists[i] = list_entry(self, self.lists[i])
    i = i + 1
  end
  out.lists, out.sets = lists, self.sets
  out.functions = #self.functions
  return out, self.functions
end

-- tree.reads(expression) -> { facts = {def...}, lists = {def...} } used by it
function tree.reads(node)
  local self = resolver()
  expr(self, node)
  return { facts = self.facts, lists = self.lists }
end

return tree
