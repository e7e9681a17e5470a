-- slips_spec.lua - every slip an author can make, and the whole text that names it.
-- luacheck: no max line length

package.path = "tests/?.lua;" .. package.path
local host = require "prelude_host"

-- What is slipped, the lines after the policy's own, and what is said. The
-- policy itself is line 1.
local rows = {
  { "a missing comma",
    [[criterion "c" {
  cite = "C",
  says = "S"
  ask = "A",
}]],
    "4: '}' expected (to close '{' at line 2) near 'ask' | is a comma missing at the end of line 4? (P001)" },
  { "an open brace",
    [[criterion "c" {
  cite = "C",]],
    "3: unexpected symbol near <eof> | a '{', '(' or function that was opened is never closed (P001)" },
  { "an open text",
    [[criterion "c" {
  cite = "C,
}]],
    [[3: unfinished string near '"C,' | is a quote missing at the end of line 3? (P001)]] },
  { "an error of Lua",
    [[local x = nil
local y = x .. "a"]],
    "3: attempt to concatenate a nil value (local 'x') | the words of the policy language are in docs/reference.md (P002)" },
  { "an error raised",
    "error({})",
    "1: the policy raised something that is no text | a policy declares; it raises no errors of its own (P002)" },
  { "a misspelt word",
    [[local a = allof { fact "plan.contrast" :is "yes" }]],
    "2: 'allof' is not a policy word | did you mean 'all_of'? (P003)" },
  { "a clock",
    "local now = os.time()",
    [[2: 'os' is not a policy word | the date of service is request "date_of_service"; a policy has no clock (P003)]] },
  { "an own name not declared",
    "local a = zoster_exception_here",
    "2: 'zoster_exception_here' is not a policy word | a name of your own is declared with 'local' before it is used (P003)" },
  { "a global",
    [[

payer = "acme"]],
    "3: a policy may not set the global 'payer' | write local payer = ... (P004)" },
  { "a change of a fact",
    [[local f = fact "pain.score"
f.unit = "mg"]],
    "3: a value of the language cannot be changed | give it a name with 'local' and build the next one from it (P005)" },
  { "a plain table as finding",
    [[local a = all_of {
  { op = "test" } }]],
    "2: all_of: a plain table is no finding | use all_of { ... } or any_of { ... } (P006)" },
  { "a test without colon",
    [[local a = fact "pain.score".at_least(points(3))]],
    [[2: there is no colon before 'at_least' | write a colon, as fact "pain.score" :at_least(points(4)) (P006)]] },
  { "a misspelt field",
    [[criterion "c" { says = "S", ask = "A",
  site = "C",
  met = fact "plan.contrast" :is "yes" }]],
    "3: criterion 'c': no field is called 'site' | did you mean 'cite'? (P010)" },
  { "an unknown field",
    [[criterion "c" { cite = "C", says = "S", ask = "A",
  weather = "fine",
  met = fact "plan.contrast" :is "yes" }]],
    "3: criterion 'c': no field is called 'weather' | it is one of: accepts, ask, cite, confidence, document, met, only_if, presume_absent, presume_cite, reads, reason, says, unless (P010)" },
  { "a missing cite",
    [[criterion "c" { says = "S", ask = "A", met = fact "plan.contrast" :is "yes" }]],
    [[2: criterion 'c': the field 'cite' is missing | say where the rule is written, as cite = "PM-114 3.2" (P011)]] },
  { "a missing says",
    [[criterion "c" { cite = "C", ask = "A", met = fact "plan.contrast" :is "yes" }]],
    "2: criterion 'c': the field 'says' is missing | say in one sentence what the rule asks, as a nurse would read it (P011)" },
  { "a missing met",
    [[criterion "c" { cite = "C", says = "S", ask = "A" }]],
    [[2: criterion 'c': the field 'met' is missing | say what must be found, as met = fact "..." :is "yes" (P011)]] },
  { "a missing ask",
    [[criterion "c" { cite = "C", says = "S", met = fact "plan.contrast" :is "yes" }]],
    "2: criterion 'c': the field 'ask' is missing | name the paper to ask for when the record is silent (P011)" },
  { "an empty cite",
    [[criterion "c" { says = "S", ask = "A",
  cite = " ",
 met = fact "plan.contrast" :is "yes" }]],
    [[3: criterion 'c': 'cite' is empty | say where the rule is written, as cite = "PM-114 3.2" (P011)]] },
  { "a number as text",
    [[criterion "c" { says = "S", ask = "A",
  cite = 4,
 met = fact "plan.contrast" :is "yes" }]],
    [[3: criterion 'c': 'cite' is a text, not a number | say where the rule is written, as cite = "PM-114 3.2" (P012)]] },
  { "a field given twice",
    [[criterion "c" { cite = "C", says = "S", ask = "A",
  cite = "D",
 met = fact "plan.contrast" :is "yes" }]],
    "3: criterion 'c': the field 'cite' is given twice | keep one of them: Lua would silently take the last (P013)" },
  { "an entry without a name",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes",
 fact "plan.contrast" :is "yes" }]],
    "2: criterion 'c': something stands here without a field name | write it as field = value; its fields: accepts, ask, cite, confidence, document, met, only_if, presume_absent, presume_cite, reads, reason, says, unless (P010)" },
  { "a text as table",
    [[criterion "c" "text"]],
    [[2: criterion 'c' takes its fields in braces, not a text | write it as criterion "name" { field = value } (P012)]] },
  { "no table",
    [[criterion "c"]],
    [[2: criterion 'c' has no fields | write it as criterion "c" { field = value } (P011)]] },
  { "a wrong choice of a field",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes",
  accepts = "extract" }]],
    "3: criterion 'c': 'accepts' is never 'extract' | did you mean 'extracted'? (P012)" },
  { "a flag that is none",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "pain.crps" :is "yes",
  presume_absent = "yes" }]],
    "3: criterion 'c': 'presume_absent' is true or false, not a text | write presume_absent = true (P012)" },
  { "an unknown document",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes",
  document = "progress-notes" }]],
    "3: criterion 'c': no document is called 'progress-notes' | did you mean 'progress-note'? (P012)" },
  { "two criteria of one name",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes" }

criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes" }]],
    "4: criterion 'c' is declared twice, first in line 2 | give each criterion its own name (P013)" },
  { "a misspelt fact",
    [[local a = fact "pain.durtion" :at_least(weeks(4))]],
    "2: no fact is called 'pain.durtion' | did you mean 'pain.duration'? (P015)" },
  { "a fact under another head",
    [[local a = fact "technique.contrast" :is "yes"]],
    "2: no fact is called 'technique.contrast' | did you mean 'plan.contrast'? (P015)" },
  { "a fact nobody knows",
    [[local a = fact "weather.rain" :is "yes"]],
    "2: no fact is called 'weather.rain' | docs/reference.md lists the facts; a payer's own are declared with define_fact (P015)" },
  { "a fact without a name",
    "local a = fact(4)",
    [[2: fact takes a name, not a number | write it as fact "pain.score" (P012)]] },
  { "a misspelt test",
    [[local a = fact "pain.duration"
  :atleast(weeks(4))]],
    "3: fact 'pain.duration' has no test called 'atleast' | did you mean 'at_least'? (P017)" },
  { "a wrong unit",
    [[local a = fact "pain.duration" :at_least(percent(4))]],
    "2: fact 'pain.duration' is a duration | compare it with days(), weeks(), months() or years(), not with percent(4) (P014)" },
  { "a wrong unit on its own line",
    [[local a = fact "pain.duration" :at_least(
  percent(4))]],
    "3: fact 'pain.duration' is a duration | compare it with days(), weeks(), months() or years(), not with percent(4) (P014)" },
  { "a number without its unit",
    [[local a = fact "pain.score" :at_least(4)]],
    "2: fact 'pain.score' is in points | compare it with points(), not with 4 (P014)" },
  { "a text for a number",
    [[local a = fact "pain.score" :at_least "four"]],
    "2: fact 'pain.score' is in points | compare it with points(), not with 'four' (P014)" },
  { "a duration for a date",
    [[local a = fact "pain.onset" :before(weeks(4))]],
    [[2: fact 'pain.onset' is a date | compare it with a date, as date "2025-01-01", not with weeks(4) (P014)]] },
  { "more and less of a choice",
    [[local a = fact "plan.guidance" :at_least(4)]],
    [[2: fact 'plan.guidance' is a choice: it has no more and less | ask with :is or :is_one_of, as :is "fluoroscopy" (P014)]] },
  { "a misspelt choice",
    [[local a = fact "plan.guidance" :is_one_of {
  "ct",
  "flouroscopy",
}]],
    "4: fact 'plan.guidance' is never 'flouroscopy' | did you mean 'fluoroscopy'? (P016)" },
  { "a choice nobody has",
    [[local a = fact "plan.contrast" :is "perhaps"]],
    "2: fact 'plan.contrast' is never 'perhaps' | it is one of: yes, no (P016)" },
  { "a list for one choice",
    [[local a = fact "plan.guidance" :is { "ct", "mri" }]],
    "2: :is takes one choice, not a list | write :is_one_of { ... } (P014)" },
  { "an empty list of choices",
    [[local a = fact "plan.guidance" :is_one_of {}]],
    "2: this list of choices is empty | name at least one choice (P033)" },
  { "a comparison of Lua",
    [[local a = fact "pain.score" > 4]],
    "2: '<' and '>' only know true and false: a silent record would pass for a number | use :at_least, :at_most, :more_than or :less_than (P024)" },
  { "a number over the scale",
    [[local a = fact "pain.score" :at_least(points(11))]],
    "2: this can never be met: fact 'pain.score' goes up to 10 | check the number (P022)" },
  { "bounds in the wrong order",
    [[local a = fact "pain.score" :between(points(6), points(4))]],
    "2: this can never be met: :between is given points(6) before points(4) | give the smaller one first (P022)" },
  { "a negative amount",
    "local a = weeks(-4)",
    "2: weeks() takes a number from zero up | write it as weeks(4) (P026)" },
  { "an amount in words",
    [[local a = weeks "four"]],
    "2: weeks() takes a number, not a text | write it as weeks(4) (P026)" },
  { "half a month",
    "local a = months(1.5)",
    "2: months() takes whole months: they are counted on the calendar | write shorter spans in weeks() or days() (P026)" },
  { "a date that does not exist",
    [[local a = date "2025-02-29"]],
    [[2: there is no date '2025-02-29' | write it as year-month-day, as "2025-01-31" (P025)]] },
  { "a value for a finding",
    [[local a = all_of {
  fact "pain.score" }]],
    [[3: all_of: fact 'pain.score' is a value, not a finding | add a test, as :is "yes" or :at_least(weeks(4)) (P023)]] },
  { "records for a finding",
    [[local a = all_of { records "procedures" { kind = "epidural-injection" } }]],
    "2: all_of: records 'procedures' is no finding | add :some { ... }, or a measure and a test, as :count() :at_least(1) (P023)" },
  { "a test on an amount",
    [[local a = 3 + fact "plan.levels" + sessions(1) :at_most(4)]],
    "2: :at_most is asked of sessions(1), which is fixed | put arithmetic in parentheses, as (a + b) :at_most(...) (P014)" },
  { "a span in numbers",
    [[local a = records "procedures" :within(12)]],
    "2: :within takes a duration, not a number | write it as :within(months(12)) (P014)" },
  { "text that never is in a code set",
    [[local a = fact "imaging.level" :in_set(codes { "M54.16" })]],
    "2: fact 'imaging.level' is a text: only codes are in code sets | ask with :is, :is_one_of or :contains and a text (P014)" },
  { "a choice that an answer never is",
    [[local a = answer "pain.origin" :is "malignnt"]],
    "2: answer 'pain.origin' is never 'malignnt' | did you mean 'malignant'? (P016)" },
  { "a constant to agree with",
    [[local a = fact "imaging.level" :agrees_with "L5-S1"]],
    [[2: :agrees_with takes another fact or field, not a text | write it as :agrees_with(line "level") (P014)]] },
  { "two facts that cannot hold together",
    [[local a = all_of { fact "plan.guidance" :is "ct", fact "plan.guidance" :is "mri" }]],
    "2: this can never be met: fact 'plan.guidance' is never 'ct' and 'mri' at once | use any_of, or :is_one_of with both (P022)" },
  { "a misspelt list",
    [[local a = records "procedure"]],
    "2: no list is called 'procedure' | did you mean 'procedures'? (P018)" },
  { "a misspelt filter",
    [[local a = records "procedures" {
  kind = "epidural-injection",
  regoin = "LS" }]],
    "4: list 'procedures' has no field 'regoin' | did you mean 'region'? (P019)" },
  { "a misspelt choice of a filter",
    [[local a = records "procedures" {
  kind = "epidural-injektion" }]],
    "3: field 'kind' of 'procedures' is never 'epidural-injektion' | did you mean 'epidural-injection'? (P016)" },
  { "same as what the line lacks",
    [[local a = records "procedures" { same = "drug" }]],
    "2: a request line has no field 'drug' to be the same as | it is one of: region, level, side (P019)" },
  { "a misspelt same",
    [[local a = records "procedures" {
  sme = "region" }]],
    "3: list 'procedures' has no field 'sme' | did you mean 'same'? (P019)" },
  { "an amount as filter",
    [[local a = records "procedures" { relief_percent = percent(50) }]],
    [[2: records are narrowed by a choice, not by percent(50) | for more and less, write :with "relief_percent" :at_least(...) (P014)]] },
  { "a misspelt field of a record",
    [[local a = records "procedures" :latest() :field "relief_percnt"]],
    "2: list 'procedures' has no field 'relief_percnt' | did you mean 'relief_percent'? (P019)" },
  { "a misspelt measure",
    [[local a = records "procedures" :cuont()]],
    "2: records 'procedures' has no word called 'cuont' | did you mean 'count'? (P017)" },
  { "the length of a moment",
    [[local a = records "procedures" :longest()]],
    "2: the records of 'procedures' have no length: :longest cannot measure them | lists with a length: treatments, trials, programs (P017)" },
  { "the latest of what has no date",
    [[local a = records "goals" :latest()]],
    "2: the records of 'goals' carry no date: none is the latest | narrow them, and use :some (P017)" },
  { "the sum of texts",
    [[local a = records "procedures" :sum "site"]],
    "2: field 'site' of 'procedures' is a text: it has no sum | name a field that holds a number (P014)" },
  { "the worst of what nobody ranks",
    [[local a = records "lines" :worst "units"]],
    "2: nobody says which 'units' is worse: :worst cannot choose | use :latest() or :earliest() (P017)" },
  { "a modifier that is none",
    [[local a = line "modifiers" :contains "K"]],
    [[2: line 'modifiers' is never 'K' | a modifier is two capital letters or digits, as "KX" (P016)]] },
  { "a place that is none",
    [[local a = line "place" :is_one_of { "11", "221" }]],
    [[2: line 'place' is never '221' | a place of service is two digits, as "11" (P016)]] },
  { "a misspelt field of the line",
    [[local a = line "cod"]],
    "2: list 'lines' has no field 'cod' | did you mean 'code'? (P019)" },
  { "a misspelt field of the request",
    [[local a = request "urgencey"]],
    "2: list 'request' has no field 'urgencey' | did you mean 'urgency'? (P019)" },
  { "a misspelt field of requested",
    "local a = requested.unit",
    "2: list 'lines' has no field 'unit' | did you mean 'units'? (P019)" },
  { "every of nothing",
    [[local a = records "lines" :every {}]],
    [[2: :every is asked nothing | write it as :every { field = "choice" } (P033)]] },
  { "a code that is none",
    [[local a = codes { "M54.16",
  "64-483" }]],
    "3: the code expression '64-483' cannot be read: '64' is not the shape of a code; icd-10-cm is a letter, a digit, and one to five more, the dot after the third, as M54.16 | look at its character 1 (P020)" },
  { "a code without quotes",
    "local a = codes { 64483 }",
    [[2: a code is a text, not a number | put the code in quotes, as "64483" (P020)]] },
  { "a mixed set",
    [[local a = codes {
  "M54.16",
  "64483" }]],
    "4: this code set mixes diagnosis codes with service codes | make two sets, one of each (P021)" },
  { "service codes for diagnoses",
    [[local a = records "diagnoses" :some { code = codes { "64483" } }]],
    "2: field 'code' of 'diagnoses' holds diagnosis codes, this set service codes | use a set of diagnosis codes (P021)" },
  { "an empty set",
    "local a = codes {}",
    "2: this code set is empty | name at least one code (P033)" },
  { "an empty group",
    "local a = any_of {}",
    "2: any_of is empty | name at least one finding (P033)" },
  { "more than there are",
    [[local a = at_least(3, { fact "plan.contrast" :is "yes" })]],
    "2: at_least(3, ...) is never met: its list has 1 | ask for some of those it lists, or for all of them (P034)" },
  { "a count that is none",
    [[local a = at_least("2", { fact "plan.contrast" :is "yes" })]],
    "2: at_least takes a whole number and a list, not a text | write it as at_least(2, { first, second, third }) (P034)" },
  { "a named entry in a group",
    [[local a = all_of { met = fact "plan.contrast" :is "yes" }]],
    "2: all_of has no field 'met' | list the findings with commas between them (P010)" },
  { "apples and pears",
    [[local a = fact "plan.steroid_dose" + fact "plan.levels"]],
    "2: fact 'plan.steroid_dose' cannot be added to fact 'plan.levels' | one is in mg, the other is a number of levels (P043)" },
  { "a power",
    [[local a = fact "plan.levels" ^ 2]],
    "2: the language has no '^' | it computes with + - * / and the words ceil, floor, min and max (P043)" },
  { "a rounded duration",
    [[local a = ceil(fact "pain.duration")]],
    "2: ceil() rounds a number, not fact 'pain.duration' | write it as ceil(mg(25) / mg(10)) (P043)" },
  { "a smaller of two kinds",
    "local a = min(weeks(4), percent(4))",
    "2: min() cannot compare weeks(4) with percent(4) | give it amounts or facts of one unit (P043)" },
  { "a pick by a misspelt choice",
    [[local a = pick(fact "plan.steroid", {
  dexamethason = mg(15) })]],
    "3: fact 'plan.steroid' is never 'dexamethason' | did you mean 'dexamethasone'? (P016)" },
  { "a pick of two units",
    [[local a = pick(fact "plan.steroid", { none = mg(0), dexamethasone = percent(4) })]],
    "2: pick: mg(0) stands beside percent(4) | all values of one pick have one unit (P014)" },
  { "a pick by a number",
    [[local a = pick(fact "pain.score", { one = mg(0) })]],
    [[2: pick chooses by a choice, not by fact 'pain.score' | write it as pick(fact "plan.steroid", { dexamethasone = mg(15) }) (P014)]] },
  { "a value from no date",
    [[local a = by_date { ["2025-13-01"] = weeks(4) }]],
    [[2: there is no date '2025-13-01' | write it as year-month-day, as "2025-01-31" (P025)]] },
  { "a pathway without when",
    [[pathway "p" {
  criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes" } }]],
    [[2: pathway 'p': the field 'when' is missing | say when this applies, as when = fact "..." :is "yes" (P011)]] },
  { "a pathway without criteria",
    [[pathway "p" { when = fact "plan.contrast" :is "yes" }]],
    "2: pathway 'p' holds no criterion | put its criteria inside its braces, with commas between them (P033)" },
  { "a stranger in a pathway",
    [[pathway "p" { when = fact "plan.contrast" :is "yes",
  fact "plan.contrast" :is "yes" }]],
    "2: pathway 'p': a finding stands where a criterion is due | a pathway holds 'when' and criteria, with commas between them (P006)" },
  { "a criterion that its pathway excludes",
    [[pathway "p" { when = fact "request.type" :is "initial",
  criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes",
    only_if = fact "request.type" :is "repeat" } }]],
    "3: criterion 'c' is never reached: fact 'request.type' is never 'initial' and 'repeat' at once | its 'only_if' excludes the 'when' of pathway 'p' (P022)" },
  { "a criterion that is never reached",
    [[if false then
  criterion "c" { }
end]],
    "3: criterion 'c' is never reached | take it out of the 'if', or put it before the end of the file (P022)" },
  { "a criterion after the end",
    [[do return end
criterion "c" { cite = "C" }]],
    "3: criterion 'c' is never reached | take it out of the 'if', or put it before the end of the file (P022)" },
  { "a safeguard that would deny",
    [[safeguard "s" { cite = "C", says = "S", when = fact "plan.contrast" :is "yes",
  recommend = "deny" }]],
    [[3: safeguard 's': a safeguard only ever refers | write recommend = "refer": it asks for more care, never for less (P036)]] },
  { "a safeguard instead of a referral",
    [[safeguard "s" { cite = "C", says = "S", when = fact "plan.contrast" :is "yes",
  instead_of = "refer" }]],
    "3: safeguard 's': a safeguard acts instead of 'pend' or 'approve', not of 'refer' | it is one of: approve, pend (P036)" },
  { "a parameter without a value",
    [[local p = parameter "p" {}]],
    [[2: parameter 'p' has no value | write it as parameter "repeat_relief" { percent(50) } (P011)]] },
  { "a parameter of two units",
    [[local p = parameter "p" { { value = weeks(4) }, { from = "2025-01-01", value = percent(4) } }]],
    "2: parameter 'p': percent(4) stands beside weeks(4) | a parameter has one kind and unit (P028)" },
  { "a parameter computed",
    [[local p = parameter "p" { fact "pain.score" }]],
    [[2: parameter 'p': fact 'pain.score' is no fixed value | write it as parameter "repeat_relief" { percent(50) } (P012)]] },
  { "a name that is none",
    [[criterion "Conservative Care" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes" }]],
    [[2: criterion 'Conservative Care' is not named in small letters, digits, '.', '-' and '_' | name it as criterion "conservative-care" (P041)]] },
  { "a function without reads",
    [[criterion "c" { cite = "C", says = "S", ask = "A",
  met = function() return met("") end }]],
    [[3: criterion 'c': 'met' is a function, so 'reads' must list what it reads | write it as reads = { "pain.score", "procedures" } (P032)]] },
  { "reads without a function",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes",
  reads = { "pain.score" } }]],
    "3: criterion 'c': 'reads' is only for a 'met' that is a function | leave it out: the words say what they read (P032)" },
  { "reads of what is not there",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = function() end,
  reads = { "pain.scor" } }]],
    "3: no fact or list is called 'pain.scor' | did you mean 'pain.score'? (P015)" },
  { "silence presumed without leave",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "pain.crps" :is "no",
  presume_absent = true }]],
    [[3: criterion 'c': silence may count as absence only where the payer says so | add where, as presume_cite = "PM-114 3.5" (P035)]] },
  { "silence about safety",
    [[criterion "c" { cite = "C", says = "S", ask = "A", met = fact "safety.infection" :is "no",
  presume_absent = true, presume_cite = "C" }]],
    "3: criterion 'c': fact 'safety.infection' is about safety: silence never counts as absence | leave presume_absent out, and ask (P035)" },
  { "a fact declared twice",
    [[define_fact "pain.score" { kind = "number", question = "Q?" }]],
    "2: fact 'pain.score' is already in the catalogue | use it as it is, or give yours another name (P037)" },
  { "a choice without choices",
    [[define_fact "acme.x" { kind = "choice", question = "Q?" }]],
    [[2: fact 'acme.x' is a choice without 'choices' | add choices = { "first", "second" } (P037)]] },
  { "a fact with a wrong name",
    [[define_fact "thing" { kind = "yes-no", question = "Q?" }]],
    [[2: a fact is named in two or more parts with dots, not 'thing' | name it as "acme.home_exercise" (P041)]] },
  { "a module that is not there",
    [[local m = require "acme.shared"]],
    "2: no module is called 'acme.shared' | put it into the policies folder and name it without '.lua' (P039)" },
  { "a second policy",
    [[policy "t.q" { title = "T", source = "S", in_force = { from = "2025-01-01" }, covers = codes { "64483" } }]],
    "2: this file names a second policy: 't.q' | one file is one policy; put the other into its own file (P030)" },
  { "a parameter that is a text without choices",
    [[local p = parameter "p" { "strict" }]],
    [[2: parameter 'p' is the choice 'strict' without 'choices' | write "yes" or "no", or add choices = { "first", "second" } (P011)]] },
  { "a parameter that is none of its choices",
    [[local p = parameter "p" {
  "stict", choices = { "strict", "lenient" } }]],
    [[3: parameter 'p' is never 'stict' | did you mean 'strict'? (P016)]] },
  { "two findings joined by Lua",
    [[criterion "c" { cite = "C", says = "S", ask = "A",
  met = fact "plan.contrast" :is "yes"
    and fact "plan.series" :is "no" }]],
    [[4: 'and' only knows true and false: it does not join findings | use all_of { a, b } (P024)]] },
  { "two findings of which Lua takes one",
    [[local a = fact "plan.contrast" :is "yes"
  or fact "plan.series" :is "no"]],
    [[3: 'or' only knows true and false: it does not join findings | use any_of { a, b } (P024)]] },
  { "a finding negated by Lua",
    [[criterion "c" { cite = "C", says = "S", ask = "A",
  met = not fact "plan.contrast" :is "yes" }]],
    [[3: criterion 'c', 'met': 'false' is no finding | a finding is a fact with a test, as fact "pain.score" :at_least(points(4)) (P006)
3: 'not' only knows true and false: it does not join findings | use negate(a) (P024)]] },
  { "what nobody can read any more",
    [[local a = fact "plan.contrast" :is "yes"
for _ = 1, 30 do a = all_of { a } end]],
    [[3: this is nested more than 24 deep | split it into several criteria (P045)]] },
  { "a sentence without end",
    [[criterion "c" { cite = "C", ask = "A", met = fact "plan.contrast" :is "yes",
  says = string.rep("x", 4001) }]],
    [[3: criterion 'c': 'says' is longer than 4000 bytes | say it in a sentence or two (P045)]] },
  { "a test misspelt where nothing need be asked for",
    [[criterion "c" { cite = "C", says = "S",
  met = all_of { records "lines" :rows() :at_lest(1) } }]],
    [[3: the rows of 'lines' has no test called 'at_lest' | did you mean 'at_least'? (P017)]] },
  { "a version that is a story",
    [[policy "x.y" { title = "T", source = "S", in_force = { from = "2025-01-01" },
  covers = codes { "64483" }, version = string.rep("7", 61) }]],
    [[2: this file names a second policy: 'x.y' | one file is one policy; put the other into its own file (P030)
3: policy 'x.y': 'version' is longer than 60 bytes | a date or a number will do: what it is goes into 'title' and 'source' (P045)]] },
  { "bytes that are no text",
    [[criterion "c" { cite = "C", ask = "A", met = fact "plan.contrast" :is "yes",
  says = "\xff" }]],
    [[3: criterion 'c': 'says' is not UTF-8 | save the file as UTF-8 (P038)]] },
}

describe("a slip in a policy", function()
  for _, row in ipairs(rows) do
    it("is named: " .. row[1], function()
      assert.equal(row[3], host.slips(host.head .. row[2]))
    end)
  end

  it("has a number that the table explains", function()
    local prelude = host.new()
    local known = {}
    for _, entry in ipairs(prelude.error_numbers) do
      assert.is_nil(known[entry[1]], entry[1])
      known[entry[1]] = true
    end
    for _, row in ipairs(rows) do
      for number in row[3]:gmatch("%((P%d+)%)") do assert.is_true(known[number], number) end
    end
  end)
end)

describe("a file with many slips", function()
  it("has all of them named, by line", function()
    assert.equal([[
2: no fact is called 'pain.scor' | did you mean 'pain.score'? (P015)
4: criterion 'a': no field is called 'cit' | did you mean 'cite'? (P010)
5: 'allof' is not a policy word | did you mean 'all_of'? (P003)
8: criterion 'b': the field 'says' is missing | say in one sentence what the rule asks, as a nurse would read it (P011)]],
      host.slips(host.head .. [[
local strong = fact "pain.scor" :at_least(points(6))
criterion "a" {
  cit = "C", says = "S", ask = "A",
  met = allof { strong },
  unless = strong,
}
criterion "b" { cite = "C", ask = "A", met = strong }
]]))
  end)

  it("without a policy says so", function()
    assert.equal("1: this file names no policy | begin it with policy \"payer.subject\" { ... } (P030)",
                 host.slips("local x = 1"))
  end)

  it("with a criterion before the policy says so once", function()
    assert.equal("1: criterion 'c' stands before the policy has a name | "
      .. "begin the file with policy \"payer.subject\" { ... } (P030)",
      host.slips('criterion "c" { cite = "C", says = "S", ask = "A", met = fact "plan.contrast" :is "yes" }\n'
                 .. host.head))
  end)
end)

describe("the policy itself", function()
  local function policy(fields) return host.slips('policy "t.p" {\n' .. fields .. "\n}") end
  local rest = 'title = "T", source = "S", covers = codes { "64483" },\n'

  for _, row in ipairs {
    { "without a date", rest,
      "1: policy 't.p': the field 'in_force' is missing | say from when it holds, as in_force = { from = \"2025-01-01\" } (P011)" },
    { "in force from a day that does not exist", rest .. 'in_force = { from = "2025-02-30" }',
      "3: there is no date '2025-02-30' | write it as year-month-day, as \"2025-01-31\" (P025)" },
    { "that ends before it begins", rest .. 'in_force = { from = "2025-02-01",\n to = "2025-01-01" }',
      "4: policy 't.p': it ends on 2025-01-01, before it begins on 2025-02-01 | 'to' is the last day it holds (P031)" },
    { "with a misspelt date", rest .. 'in_force = { form = "2025-02-01" }',
      "3: policy 't.p': 'in_force' has no field 'form' | did you mean 'from'? (P010)" },
    { "that covers nothing", 'title = "T", source = "S",\nin_force = { from = "2025-01-01" }',
      "1: policy 't.p': the field 'covers' is missing | name the codes the policy decides, as covers = codes { \"64483\" } (P011)" },
    { "that is selected by the moon", rest .. 'in_force = { from = "2025-02-01" },\nselects_by = "moon"',
      "4: policy 't.p': 'selects_by' is never 'moon' | it is one of: request, service (P012)" },
    { "with parameters of no other policy", rest .. 'in_force = { from = "2025-02-01" },\nparameters = { a = 1 }',
      "4: policy 't.p' extends no other policy: 'parameters' has nothing to change | name the other policy, as extends = \"acme.epidural-injections\" (P010)" },
  } do
    it(row[1] .. " is named", function() assert.equal(row[3], policy(row[2])) end)
  end
end)

describe("a policy that extends another", function()
  local base = host.head .. [[
local care = parameter "care" { weeks(4) }
local strict = parameter "strict" { "no" }
criterion "a" { cite = "C", says = "S", ask = "A", met = fact "pain.duration" :at_least(care) }
criterion "b" { cite = "C", says = "S", ask = "A", met = strict :is "no" }
]]

  local function extend(fields, more, files)
    return host.load('policy "t.q" { extends = "t.p", in_force = { from = "2026-01-01" },\n' .. fields .. "}\n" .. (more or ""),
                     files or { ["t.p"] = { "base.lua", base } })
  end

  local function wrong(...)
    local tree, slips = extend(...)
    assert.is_nil(tree)
    local out = {}
    for i, s in ipairs(host.decode(slips)) do
      out[i] = s.file .. ":" .. s.line .. ": " .. s.text .. " | " .. s.help .. " (" .. s.code .. ")"
    end
    return table.concat(out, "\n")
  end

  it("keeps its criteria, and takes its own numbers", function()
    local tree = host.decode((extend('parameters = { care = weeks(6) }')))
    assert.equal("t.q", tree.id)
    assert.equal("t.p", tree.extends)
    assert.equal("T", tree.title)
    assert.equal("base.lua", tree.criteria[1].file)
    assert.same({ op = "const", kind = "duration", number = 6, unit = "weeks" }, tree.parameters[1].values[1].value)
  end)

  it("may replace, add and drop criteria", function()
    local tree = host.decode((extend('without = { "b" }', [[
criterion "a" { cite = "D", says = "S", ask = "A", met = fact "pain.duration" :at_least(weeks(2)) }
criterion "c" { cite = "E", says = "S", ask = "A", met = fact "plan.contrast" :is "yes" }]])))
    assert.equal(2, #tree.criteria)
    assert.equal("D", tree.criteria[1].cite)
    assert.equal("test.lua", tree.criteria[1].file)
    assert.equal("c", tree.criteria[2].id)
  end)

  it("says how well it knows what it takes over, and the other keeps its own word", function()
    local sure = base:gsub('criterion "a" { cite = "C",', 'criterion "a" { cite = "C", confidence = "P",')
    local files = { ["t.p"] = { "base.lua", sure } }
    local own = 'criterion "c" { cite = "E", says = "S", ask = "A", met = fact "plan.contrast" :is "yes", confidence = "A" }'
    local tree = host.decode((extend('inherited = "D"', own, files)))
    assert.same({ "D", "D", "A" }, { tree.criteria[1].confidence, tree.criteria[2].confidence,
                                     tree.criteria[3].confidence })
    assert.equal("P", host.decode((extend("", own, files))).criteria[1].confidence)
  end)

  it("may have facts of its own, once", function()
    local fact = 'define_fact "t.own" { kind = "yes-no", question = "Q" }\n'
    local own = 'criterion "c" { cite = "E", says = "S", ask = "A", met = fact "t.own" :is "yes" }'
    assert.equal(3, #host.decode((extend("", fact .. own))).criteria)
    assert.equal("test.lua:4: fact 't.own' is already in the catalogue | use it as it is, or give yours another name (P037)",
                 wrong("", fact .. fact .. own))
  end)

  it("is told of a parameter that is not there", function()
    assert.equal("test.lua:2: policy 't.q' has no parameter 'cure' | did you mean 'care'? (P027)",
                 wrong('parameters = { cure = weeks(6) }'))
  end)

  it("is told of a parameter of another kind", function()
    assert.equal("test.lua:2: parameter 'care' is a duration, not percent(6) | "
      .. "compare it with days(), weeks(), months() or years() (P028)",
      wrong('parameters = { care = percent(6) }'))
  end)

  it("is told of a choice that a parameter never is", function()
    assert.equal("test.lua:2: parameter 'strict' is never 'ye' | did you mean 'yes'? (P016)",
                 wrong('parameters = { strict = "ye" }'))
  end)

  it("is told of a criterion that is not there", function()
    assert.equal("test.lua:2: policy 't.p' has no criterion 'd' | it is one of: a, b (P029)",
                 wrong('without = { "d" }'))
  end)

  it("is told of a base that is not there", function()
    assert.equal("test.lua:1: no policy is called 't.p' | name a policy that is in the policies folder (P029)",
                 wrong("", "", { }))
  end)

  it("is told that the two extend each other", function()
    local other = 'policy "t.p" { extends = "t.q", in_force = { from = "2025-01-01" } }'
    assert.equal("base.lua:1: policy 't.q' extends itself: 't.q' extends 't.p' extends 't.q' | "
      .. "let one of them stand on its own (P029)",
      wrong("", "", { ["t.p"] = { "base.lua", other } }))
  end)

  it("hears of a slip in its base, in the base's own file", function()
    assert.equal("base.lua:2: no fact is called 'pain.scor' | did you mean 'pain.score'? (P015)",
      wrong("", "", { ["t.p"] = { "base.lua", host.head .. 'local a = fact "pain.scor"' } }))
  end)
end)
