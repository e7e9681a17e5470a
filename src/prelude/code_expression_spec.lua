-- code_expression_spec.lua - how sets of codes are written, and what their slips say.

package.path = "src/prelude/?.lua;" .. package.path
local expression = require "code_expression" (require "lpeg")

-- One line per item, as "icd-10-cm tree M541" or "- cpt range 64479 64480".
local function read(text)
  local items, wrong = expression.parse(text)
  if not items then return wrong.column .. ": " .. wrong.message end
  local lines = {}
  for i, item in ipairs(items) do
    local parts = { item.minus and "-" or "+", item.system or "set", item.op, item.from, item.to }
    lines[i] = table.concat(parts, " ")
  end
  return table.concat(lines, "; ")
end

local good = {
  ["M54.16"] = "+ icd-10-cm code M5416",
  ["m54.16 "] = "+ icd-10-cm code M5416",
  ["M5416X"] = "+ icd-10-cm code M5416X",
  ["G35"] = "+ icd-10-cm code G35",
  ["C4A.0"] = "+ icd-10-cm code C4A0",
  ["64483"] = "+ cpt code 64483",
  ["0627T"] = "+ cpt code 0627T",
  ["J2274"] = "+ hcpcs code J2274",
  ["icd-10-cm:E1165"] = "+ icd-10-cm code E1165",
  ["E11.65"] = "+ icd-10-cm code E1165",
  ["pos:02"] = "+ pos code 02",
  ["modifier:RT"] = "+ modifier code RT",
  ["local:\"A-17\""] = "+ local code A-17",
  ["M54.1*"] = "+ icd-10-cm tree M541",
  ["M54.1 *"] = "+ icd-10-cm tree M541",
  ["M54.1-"] = "+ icd-10-cm tree M541",
  ["M54.*"] = "+ icd-10-cm tree M54",
  ["M*"] = "+ icd-10-cm tree M",
  ["6232*"] = "+ cpt tree 6232",
  ["hcpcs:J22*"] = "+ hcpcs tree J22",
  ["M54.10-M54.18"] = "+ icd-10-cm range M5410 M5418",
  ["M54.10 - M54.18"] = "+ icd-10-cm range M5410 M5418",
  ["M47-M54"] = "+ icd-10-cm range M47 M54",
  ["C43-C4A"] = "+ icd-10-cm range C43 C4A",
  ["cpt:64479-64480"] = "+ cpt range 64479 64480",
  ["cpt:64479-cpt:64480"] = "+ cpt range 64479 64480",
  ["J2270-J2275"] = "+ hcpcs range J2270 J2275",
  ["set:esi-supports"] = "+ set named esi-supports",
  ["set:\"Group 1\""] = "+ set named Group 1",
  ["M54*, minus M54.5*, M54.59"] =
    "+ icd-10-cm tree M54; - icd-10-cm tree M545; + icd-10-cm code M5459",
  ["M54* minus M54.5-"] = "+ icd-10-cm tree M54; - icd-10-cm tree M545",
  ["M54.1- minus set:esi-weak"] = "+ icd-10-cm tree M541; - set named esi-weak",
  ["62321, 62323,64479-64480"] =
    "+ cpt code 62321; + cpt code 62323; + cpt range 64479 64480",
}

local bad = {
  [""] = "1: the expression is empty",
  ["  "] = "1: the expression is empty",
  ["M54.16,"] = "7: nothing follows this comma",
  ["M54.16 M54.17"] = "8: a comma, minus or the end is expected here, not 'M'",
  ["M54.16\u{2013}M54.18"] = "7: a comma, minus or the end is expected here, not '\u{2013}'",
  [",M54.16"] = "1: a code is expected here, not ','",
  ["M54.16, "] = "7: nothing follows this comma",
  ["minus M54.5*"] = "1: minus takes away from what stands before it; nothing does",
  ["M54* minus"] = "11: a code is missing at the end",
  ["M5.416"] = "3: 'M5.416' has a dot where none belongs; icd-10-cm is a letter, a digit, and one "
    .. "to five more, the dot after the third, as M54.16",
  ["MO4.1"] = "1: 'MO4.1' is not the shape of a code; the second sign is a digit, not a letter; "
    .. "icd-10-cm is a letter, a digit, and one to five more, the dot after the third, as M54.16",
  ["hcpcs:64483"] = "7: '64483' is not the shape of a code; hcpcs is a letter and four digits, "
    .. "as J2274",
  ["cpt:6448"] = "5: '6448' is not the shape of a code; cpt is five digits, or four digits and a "
    .. "letter, as 64483",
  ["64480-64479"] = "1: the range 64480-64479 starts after its end",
  ["64479-M54.16"] = "7: a range lies in one system, not from cpt to icd-10-cm",
  ["cpt:64479-icd-10-cm:M54"] = "11: a range lies in one system, not from cpt to icd-10-cm",
  ["J2270-K2275"] = "7: both ends of a range have the same letter and length",
  ["M54.10-M54.18-M54.19"] = "14: a comma, minus or the end is expected here, not '-'",
  ["M54.16;M54.17"] = "7: a comma, minus or the end is expected here, not ';'",
  ["local:ABCDEFGHI"] = "7: 'ABCDEFGHI' is longer than eight signs",
}

local function sorted(of)
  local keys = {}
  for key in pairs(of) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

describe("a set of codes", function()
  for _, text in ipairs(sorted(good)) do
    it("reads '" .. text .. "'", function() assert.equal(good[text], read(text)) end)
  end

  for _, text in ipairs(sorted(bad)) do
    it("refuses '" .. text .. "' at its column", function() assert.equal(bad[text], read(text)) end)
  end

  it("reads the longest list in a time that grows with its length", function()
    local function steps(count)
      local text, ran = ("M54.1-, "):rep(count) .. "G89.4", 0
      debug.sethook(function() ran = ran + 1 end, "", 1)
      assert(expression.parse(text))
      debug.sethook()
      return ran
    end
    local once = steps(500)
    assert.is_true(steps(1000) < 2.2 * once)
  end)

  it("refuses a list that is too long", function()
    assert.equal("16384: the expression is too long; make a value set",
                 read(("G89.4,"):rep(3000) .. "G89.4"))
  end)

  it("survives any bytes", function()
    local bytes = "M5.4*-,:\"minus set0\0\255"
    local state = 1
    for _ = 1, 2000 do
      local parts = {}
      for i = 1, 12 do
        state = (state * 1103515245 + 12345) % 2147483648
        local at = state // 65536 % #bytes + 1
        parts[i] = bytes:sub(at, at)
      end
      local items, wrong = expression.parse(table.concat(parts))
      assert.is_true(items ~= nil or (wrong.column >= 1 and wrong.column <= 13))
    end
  end)
end)
