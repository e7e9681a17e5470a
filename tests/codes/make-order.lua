-- make-order.lua - an invented ICD-10-CM order file in the exact layout.
--
--   lua5.4 tests/codes/make-order.lua small|full [YEAR] > icd10cm_order_YEAR.txt
--
-- small: some 120 rows around the codes that the tests ask about, with the places
-- where tabular order steps back from the order of texts (C4A behind C43, M1A
-- before M10, Z3A behind Z36, U07 behind Z99, D47Z9 before D479).
-- full: the same, filled up with invented codes to some 98,000 rows, for figures.
-- YEAR changes what changed in that year: M54.5, M51.36 and M51.37.

local size, year = arg[1], tonumber(arg[2] or "2026")
local out, number = {}, 0

local function row(code, billable, title)
  number = number + 1
  local short = #title <= 60 and title or title:sub(1, 60)
  out[#out + 1] = string.format("%05d %-7s %d %-60s %s\r\n", number, code, billable, short, title)
end
local function header(code, title) row(code, 0, title) end
local function code(name, title) row(name, 1, title) end

local regions = { [0] = "site unspecified", "occipito-atlanto-axial region", "cervical region",
  "cervicothoracic region", "thoracic region", "thoracolumbar region", "lumbar region",
  "lumbosacral region", "sacral and sacrococcygeal region" }
local sides = { [0] = "unspecified side", "right side", "left side" }

-- Invented rows below a category, of the widths that the real file has: a fifth
-- of the codes are headers, two thirds have seven characters.
local function fill(category, leaves)
  header(category, "Invented disorders of group " .. category)
  local left, sub = leaves, 0
  while left > 0 do
    local four = category .. sub
    if sub < 9 and left > 12 then
      header(four, "Invented disorder " .. sub .. " of group " .. category)
      for five = 0, 3 do
        for six = 0, 2 do
          if left > 0 then
            local stem = four .. five .. six
            header(stem, "Invented disorder " .. sub .. ", kind " .. five .. ", " .. sides[six])
            for _, seventh in ipairs { "A", "D", "G", "K", "P", "S" } do
              code(stem .. seventh, "Invented disorder " .. sub .. ", kind " .. five .. ", "
                .. sides[six] .. ", encounter of type " .. seventh)
              left = left - 1
            end
          end
        end
      end
    else
      code(four, "Other invented disorder of group " .. category)
      left = left - 1
    end
    sub = sub + 1
    if sub > 9 then break end
  end
end

local leaves = size == "full" and 54 or 0

local function category(name)
  if leaves > 0 then fill(name, leaves) end
end

local special = {}

function special.C43() -- behind it C4A, then C44
  header("C43", "Malignant melanoma of skin")
  code("C430", "Malignant melanoma of lip")
  header("C431", "Malignant melanoma of eyelid, including canthus")
  code("C4310", "Malignant melanoma of unspecified eyelid, including canthus")
  code("C4311", "Malignant melanoma of right eyelid, including canthus")
  code("C4312", "Malignant melanoma of left eyelid, including canthus")
  header("C4A", "Merkel cell carcinoma")
  code("C4A0", "Merkel cell carcinoma of lip")
  code("C4A9", "Merkel cell carcinoma, unspecified")
end
function special.C44()
  header("C44", "Other and unspecified malignant neoplasm of skin")
  code("C440", "Unspecified malignant neoplasm of skin of lip")
  code("C449", "Unspecified malignant neoplasm of skin, unspecified")
end
function special.D47()
  header("D47", "Other neoplasms of uncertain behavior of lymphoid tissue")
  code("D471", "Chronic myeloproliferative disease")
  header("D47Z", "Other specified neoplasms of uncertain behavior")
  code("D47Z1", "Post-transplant lymphoproliferative disorder")
  code("D47Z9", "Other specified neoplasms of uncertain behavior of lymphoid tissue")
  code("D479", "Neoplasm of uncertain behavior of lymphoid tissue, unspecified")
end
function special.G89()
  header("G89", "Pain, not elsewhere classified")
  code("G890", "Central pain syndrome")
  header("G891", "Acute pain, not elsewhere classified")
  for _, c in ipairs { "1", "2", "8" } do code("G891" .. c, "Acute pain of kind " .. c) end
  header("G892", "Chronic pain, not elsewhere classified")
  for _, c in ipairs { "1", "2", "8", "9" } do code("G892" .. c, "Chronic pain of kind " .. c) end
  code("G893", "Neoplasm related pain (acute) (chronic)")
  code("G894", "Chronic pain syndrome")
end
function special.M10() -- M1A stands before it
  header("M1A", "Chronic gout")
  code("M1A9XX0", "Chronic gout, unspecified, without tophus (tophi)")
  code("M1A9XX1", "Chronic gout, unspecified, with tophus (tophi)")
  header("M10", "Gout")
  code("M109", "Gout, unspecified")
end
function special.M51()
  header("M51", "Thoracic, thoracolumbar, and lumbosacral intervertebral disc disorders")
  for _, of in ipairs { { "1", "Intervertebral disc disorders with radiculopathy" },
                        { "2", "Other intervertebral disc displacement" },
                        { "3", "Other intervertebral disc degeneration" } } do
    header("M51" .. of[1], of[2])
    for place = 4, 7 do
      local name, title = "M51" .. of[1] .. place, of[2] .. ", " .. regions[place]
      if of[1] == "3" and place >= 6 and year >= 2025 then
        header(name, title)
        for _, last in ipairs { "0", "1", "2", "9" } do code(name .. last, title .. ", kind " .. last) end
      else
        code(name, title)
      end
    end
  end
end
function special.M54()
  header("M54", "Dorsalgia")
  header("M541", "Radiculopathy")
  for place = 0, 8 do code("M541" .. place, "Radiculopathy, " .. regions[place]) end
  code("M542", "Cervicalgia")
  header("M543", "Sciatica")
  for side = 0, 2 do code("M543" .. side, "Sciatica, " .. sides[side]) end
  if year >= 2022 then
    header("M545", "Low back pain")
    code("M5450", "Low back pain, unspecified")
    code("M5451", "Vertebrogenic low back pain")
    code("M5459", "Other low back pain")
  else
    code("M545", "Low back pain")
  end
  code("M546", "Pain in thoracic spine")
  code("M549", "Dorsalgia, unspecified")
end
function special.S12()
  header("S12", "Fracture of cervical vertebra and other parts of neck")
  header("S120", "Fracture of first cervical vertebra")
  header("S1200", "Unspecified fracture of first cervical vertebra")
  header("S12000", "Unspecified displaced fracture of first cervical vertebra")
  for _, seventh in ipairs { "A", "B", "D", "G", "K", "S" } do
    code("S12000" .. seventh, "Unspecified displaced fracture of first cervical vertebra, encounter "
      .. seventh)
  end
end
function special.T81()
  header("T81", "Complications of procedures, not elsewhere classified")
  header("T819", "Unspecified complication of procedure")
  for _, seventh in ipairs { "A", "D", "S" } do
    code("T819XX" .. seventh, "Unspecified complication of procedure, encounter " .. seventh)
  end
end
function special.Z36() -- behind it Z3A, then Z37
  header("Z36", "Encounter for antenatal screening of mother")
  code("Z360", "Encounter for antenatal screening for chromosomal anomalies")
  code("Z369", "Encounter for antenatal screening, unspecified")
  header("Z3A", "Weeks of gestation")
  for week = 8, 10 do code(string.format("Z3A%02d", week), week .. " weeks gestation of pregnancy") end
end
function special.Z37()
  header("Z37", "Outcome of delivery")
  code("Z370", "Single live birth")
  code("Z379", "Outcome of delivery, unspecified")
end

for letter in ("ABCDEFGHIJKLMNOPQRSTVWXYZ"):gmatch "." do
  for number_of = 0, 99 do
    local name = string.format("%s%02d", letter, number_of)
    if special[name] then special[name]()
    elseif number_of % 3 ~= 2 and not name:find "^[EW]" then category(name) end
  end
end
header("U07", "Emergency use of U07")
code("U070", "Vaping-related disorder")
code("U071", "COVID-19")
io.write(table.concat(out))
