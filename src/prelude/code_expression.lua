-- code_expression.lua - the little language in which sets of codes are written.
--
--   M54.16                     one code
--   M54.1*   M54.1-            the code and all below it
--   M54.10-M54.18              from the first to all below the last, in tabular order
--   62320-62323, J2270-J2275   numbers of one letter and length
--   cpt:64483  icd-10-cm:E11   the system named; else it is told from the shape
--   local:"A-17"               a code with other signs in it
--   set:esi-supports           a value set by its name
--   M54*, minus M54.5*, M54.59 left to right: minus takes away what stands before
--
-- Blanks are free around commas, dashes and stars. Loaded as a chunk that returns
-- function(lpeg); every pattern below reads its text once, from left to right.

local find, format, gsub, match, upper =
  string.find, string.format, string.gsub, string.match, string.upper

-- The longest expression that is read; a longer list is a value set.
local LONGEST = 16384

local shown = {
  ["icd-10-cm"] = "a letter, a digit, and one to five more, the dot after the third, as M54.16",
  cpt = "five digits, or four digits and a letter, as 64483",
  hcpcs = "a letter and four digits, as J2274",
  pos = "two digits, as 11",
  modifier = "two letters or digits, as RT",
}

-- Whole codes in normal form, and what may stand before a star.
local whole = {
  ["icd-10-cm"] = function(code) return #code >= 3 and #code <= 7 and find(code, "^%u%d%w*$") end,
  cpt = function(code) return find(code, "^%d%d%d%d[%d%u]$") end,
  hcpcs = function(code) return find(code, "^%u%d%d%d%d$") end,
  pos = function(code) return find(code, "^%d%d$") end,
  modifier = function(code) return find(code, "^%w%w$") end,
}
local begins = {
  ["icd-10-cm"] = function(code) return #code <= 7 and find(code, "^%u%d?%w*$") end,
  cpt = function(code) return #code <= 5 and find(code, "^%d+%u?$") end,
  hcpcs = function(code) return #code <= 5 and find(code, "^%u%d*$") end,
  pos = function(code) return find(code, "^%d%d?$") end,
  modifier = function(code) return #code <= 2 and find(code, "^%w+$") end,
}

local function guess(code, dotted, star)
  if dotted then return "icd-10-cm" end
  if whole.cpt(code) or (star and find(code, "^%d+$")) then return "cpt" end
  if whole.hcpcs(code) then return "hcpcs" end
  return "icd-10-cm"
end

-- The slip as fields, and as one line for who shows it as it is.
local function slip(column, message, ...)
  message = format(message, ...)
  return nil, { format("column %d: %s", column, message), column = column, message = message }
end

-- The sign that stands there, all its bytes.
local function sign_at(text, at)
  return match(text, "^[\1-\127\194-\244][\128-\191]*", at) or "?"
end

return function(lpeg)
  local C, Cp, Ct, P, R, S = lpeg.C, lpeg.Cp, lpeg.Ct, lpeg.P, lpeg.R, lpeg.S

  local blank = S " \t\r\n" ^ 0
  local letter, digit = R("az", "AZ"), R "09"
  local sign = letter + digit
  local word_end = -(sign + S "._")
  local minus = S "mM" * S "iI" * S "nN" * S "uU" * S "sS" * word_end

  local quoted = P '"' * C((1 - S '"\n') ^ 1) * P '"'
  local bare = C(sign * (sign + P ".") ^ 0)
  local prefix = C(letter * (sign + P "-") ^ 0) * P ":" * blank
  local name = C((sign + S "_.:/|-") ^ 1) + quoted

  local at_end = blank * -1
  local at_comma = blank * P "," * Cp()
  local at_minus = blank * minus * blank * Cp()
  local at_set = blank * P "set:" * blank * Ct(Cp() * name * Cp())
  local at_prefix = blank * Ct(Cp() * prefix * Cp())
  local at_quoted = blank * Ct(Cp() * quoted * Cp())
  local at_code = blank * -minus * Ct(Cp() * bare * Cp())
  local at_star = blank * P "*" * Cp()
  local at_dash = blank * P "-" * Cp()

  -- One code of an expression: {system, given, code, column}, and where it ends.
  local function read_code(text, at, system)
    local named = at_prefix:match(text, at)
    if named then
      local wanted = named[2]
      if system and wanted ~= system then
        return slip(named[1], "a range lies in one system, not from %s to %s", system, wanted)
      end
      system, at = wanted, named[3]
    end
    local exact = at_quoted:match(text, at)
    local found = exact or at_code:match(text, at)
    if not found then
      at = blank:match(text, at)
      if at > #text then return slip(at, "a code is missing at the end") end
      return slip(at, "a code is expected here, not '%s'", sign_at(text, at))
    end
    local code = found[2]
    if not exact then code = upper(code) end
    return { column = found[1], given = found[2], code = code, exact = exact ~= nil,
             system = system }, found[3]
  end

  -- Takes the dot out and tells the system; nil and the slip if the shape is wrong.
  local function settle(read, star)
    local code, system = read.code, read.system
    local dot = find(code, ".", 1, true)
    if not system then
      system = guess((gsub(code, "%.", "")), dot, star)
      read.guessed = true
    end
    local good = star and begins[system] or whole[system]
    if not good then -- a system of somebody's own tables
      if #code > 8 then return slip(read.column, "'%s' is longer than eight signs", read.given) end
      read.system, read.normal = system, code
      return read
    end
    if dot and (system ~= "icd-10-cm" or dot ~= 4) and not (star and dot == #code and dot == 4) then
      return slip(read.column + dot - 1, "'%s' has a dot where none belongs; %s is %s", read.given,
                  system, shown[system])
    end
    code = gsub(code, "%.", "")
    if not good(code) then
      local hint = match(code, "^%u([OI])") and "; the second sign is a digit, not a letter" or ""
      return slip(read.column, "'%s' is not the shape of a code%s; %s is %s", read.given, hint,
                  system, shown[system])
    end
    read.system, read.normal = system, code
    return read
  end

  local function read_range(text, first, at)
    local last, after = read_code(text, at, not first.guessed and first.system or nil)
    if not last then return nil, after end
    if not last.system and first.system then last.system = nil end
    local settled, wrong = settle(last, false)
    if not settled then return nil, wrong end
    if last.system ~= first.system then
      return slip(last.column, "a range lies in one system, not from %s to %s", first.system,
                  last.system)
    end
    if first.system ~= "icd-10-cm" then
      local one, other = first.normal, last.normal
      if #one ~= #other or match(one, "^%u?") ~= match(other, "^%u?")
         or match(one, "%u?$") ~= match(other, "%u?$") then
        return slip(last.column, "both ends of a range have the same letter and length")
      end
      if one > other then
        return slip(first.column, "the range %s-%s starts after its end", one, other)
      end
    end
    return { system = first.system, op = "range", from = first.normal, to = last.normal }, after
  end

  -- What stands at a place: an item, and where it ends.
  local function read_item(text, at)
    local set = at_set:match(text, at)
    if set then return { op = "named", from = set[2] }, set[3] end
    local first, after = read_code(text, at)
    if not first then return nil, after end
    local star = at_star:match(text, after)
    local dash = not star and at_dash:match(text, after)
    local below = star or (dash and not at_code:match(text, dash) and not at_quoted:match(text, dash)
                           and not at_prefix:match(text, dash) and dash)
    local settled, wrong = settle(first, below ~= nil and below ~= false)
    if not settled then return nil, wrong end
    if below then return { system = first.system, op = "tree", from = first.normal }, below end
    if dash then return read_range(text, first, dash) end
    return { system = first.system, op = "code", from = first.normal }, after
  end

  -- parse(text) -> items | nil, {message, column}
  -- An item is {system, op = "code" | "tree" | "range" | "named", from, to, minus}.
  local function parse(text)
    if #text > LONGEST then return slip(LONGEST, "the expression is too long; make a value set") end
    local items, at = {}, 1
    if at_end:match(text) then return slip(1, "the expression is empty") end
    repeat
      local after_minus = at_minus:match(text, at)
      if after_minus and #items == 0 then
        return slip(blank:match(text, at), "minus takes away from what stands before it; nothing does")
      end
      local item, after = read_item(text, after_minus or at)
      if not item then return nil, after end
      item.minus = after_minus ~= nil
      items[#items + 1] = item
      at = after
      local comma = at_comma:match(text, at)
      if comma and at_end:match(text, comma) then
        return slip(comma - 1, "nothing follows this comma")
      end
      if not comma and not at_minus:match(text, at) and not at_end:match(text, at) then
        at = blank:match(text, at)
        return slip(at, "a comma, minus or the end is expected here, not '%s'", sign_at(text, at))
      end
      at = comma or at
    until at_end:match(text, at)
    return items
  end

  return { parse = parse }
end
