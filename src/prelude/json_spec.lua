-- json_spec.lua - exact JSON, the same bytes every time.

local json = assert(loadfile "src/prelude/json.lua")()
local array = json.array

describe("the JSON of the prelude", function()
  for _, row in ipairs {
    { 4, "4" }, { 4.0, "4" }, { -0.5, "-0.5" }, { 0.1, "0.1" }, { 1 / 3, "0.3333333333333333" },
    { 1e21, "1e+21" }, { 2^53, "9007199254740992" }, { 1e-7, "1e-7" },
    { math.maxinteger, "9223372036854775807" },
    { "a\"b\\c\n\1\127é", '"a\\"b\\\\c\\n\\u0001\127é"' },
    { array {}, "[]" }, { {}, "{}" }, { json.null, "null" }, { true, "true" },
    { { b = 1, a = array { 1, { z = false } }, ["B"] = "x" }, '{"B":"x","a":[1,{"z":false}],"b":1}' },
  } do
    it("writes " .. row[2]:gsub("%c", "?"), function() assert.equal(row[2], json.encode(row[1])) end)
  end

  it("writes a whole number and a float of the same value each in its own way, in any order", function()
    assert.equal('[1.152921504606847e+18,1152921504606846976]', json.encode(array { 2^60, 1 << 60 }))
    assert.equal('[1152921504606846976,1.152921504606847e+18]', json.encode(array { 1 << 60, 2^60 }))
  end)

  it("reads back as the same number", function()
    for _, n in ipairs { 0.1 + 0.2, 1e300, 123456.789, 5e-324, 2^-1074, 1 + 2^-52 } do
      assert.equal(n, tonumber(json.number(n)))
    end
  end)

  for _, row in ipairs {
    { 0 / 0, "json: not a finite number" }, { math.huge, "json: not a finite number" },
    { "\xff", "json: text is not UTF-8" }, { "\xed\xa0\x80", "json: text is not UTF-8" },
    { { "x" }, "json: an object with a key that is no text" }, { print, "json: cannot write a function" },
  } do
    it("refuses: " .. row[2], function()
      assert.has_error(function() json.encode(row[1]) end, row[2])
    end)
  end
end)
