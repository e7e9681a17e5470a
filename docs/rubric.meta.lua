---@meta rubric
-- luacheck: ignore

-- Signatures of the policy language for editors. Written by the program; the words are
-- explained in reference.md.

---@class rubric.Finding
---@class rubric.Codes
---@class rubric.Verdict
---@class rubric.Choices
---@class rubric.Declaration

---@class rubric.Value
local Value = {}

---@return rubric.Finding
function Value:after(...) end

---@return rubric.Finding
function Value:agrees_with(...) end

---@return rubric.Finding
function Value:at_least(...) end

---@return rubric.Finding
function Value:at_most(...) end

---@return rubric.Finding
function Value:before(...) end

---@return rubric.Finding
function Value:between(...) end

---@return rubric.Finding
function Value:contains(...) end

---@return rubric.Finding
function Value:in_set(...) end

---@return rubric.Finding
function Value:is(...) end

---@return rubric.Finding
function Value:is_not(...) end

---@return rubric.Finding
function Value:is_one_of(...) end

---@return rubric.Finding
function Value:less_than(...) end

---@return rubric.Finding
function Value:more_than(...) end

---@return rubric.Finding
function Value:on_or_after(...) end

---@return rubric.Finding
function Value:on_or_before(...) end

---@return rubric.Finding
function Value:on_same_scale_as(...) end

---@return rubric.Finding
function Value:present(...) end

---@return rubric.Finding
function Value:within(...) end

---@class rubric.Record
local Record = {}

---@param name string
---@return rubric.Value
function Record:field(name) end

---@class rubric.Records
local Records = {}

---@return rubric.Records
function Records:after(...) end

---@return rubric.Records
function Records:before(...) end

---@return rubric.Record
function Records:best(...) end

---@return rubric.Value
function Records:count(...) end

---@return rubric.Record
function Records:earliest(...) end

---@return rubric.Finding
function Records:every(...) end

---@return rubric.Record
function Records:latest(...) end

---@return rubric.Value
function Records:longest(...) end

---@return rubric.Finding
function Records:none(...) end

---@return rubric.Records
function Records:on_or_after(...) end

---@return rubric.Value
function Records:rows(...) end

---@return rubric.Finding
function Records:some(...) end

---@return rubric.Value
function Records:sum(...) end

---@return rubric.Value
function Records:total_duration(...) end

---@return rubric.Value
function Records:with(...) end

---@return rubric.Records
function Records:within(...) end

---@return rubric.Record
function Records:worst(...) end

---Names the policy. Fields: `title`, `source`, `in_force = { from =, to = }`, `covers = codes { ... }`, and if wanted `version`, `selects_by` (`"service"` or `"request"`: which date chooses the version), `extends`, and with it `parameters`, `without` (criteria that do not hold here) and `inherited` (the `confidence` of all that is taken over: `"D"` where it was not read that this payer says so too).
---@param id string
---@return fun(fields: table): rubric.Declaration
function policy(id) end

---One sentence of the payer's document. Fields: `cite`, `says`, `met`, `ask` (may be left out where only the request and the payer's own records are read); if wanted `unless` (an exception, counts only when documented), `only_if` (where not met, the criterion does not apply), `accepts` (`"confirmed"` or `"extracted"`), `presume_absent` with `presume_cite`, `confidence` (`P`, `A`, `M`, `D`), `document`, `reads`, `reason` (`"units_over_limit"` or `"wrong_code"`: the reason that the answer gives where it is not met).
---@param id string
---@return fun(fields: table): rubric.Declaration
function criterion(id) end

---Criteria that hold only in one situation. `unless`, if wanted: an exception, counts only when documented; also `says`, `cite`.
---@param id string
---@return fun(fields: table): rubric.Declaration
function pathway(id) end

---Turns a pend (or, with `instead_of = { "approve", "pend" }`, also an approval) into a referral, never the reverse. `expedite`, `bridge`, `unless`, `ask` if wanted.
---@param id string
---@return fun(fields: table): rubric.Declaration
function safeguard(id) end

---A value that a payer may set: an amount, `"yes"`, `"no"`, or a choice with its `choices = { ... }`. Values by date: `parameter "name" { { from = "2025-01-01", value = weeks(4), cite = "..." }, ... }` or `{ by_date { ... } }`.
---@param id string
---@return fun(fields: table): rubric.Value
function parameter(id) end

---A code set: diagnosis codes or service codes, not both. Sets may hold other sets. One text may hold several, with commas, and take away: `"M54*, minus M54.5*"`. Prefixes `cpt:`, `hcpcs:`, `icd-10-cm:` where the shape is not enough.
---@param list (string|rubric.Codes)[]
---@return rubric.Codes
function codes(list) end

---A payer's own fact, declared before it is used. Fields: `kind`, `question`, if wanted `unit`, `choices`, `range`, `document`, `choose`, `worst`, `safety`, `found = { list =, where =, field = }`.
---@param id string
---@return fun(fields: table): rubric.Declaration
function define_fact(id) end

---A payer's own module, from the bundle.
---@param name string
---@return any
function require(name) end

---Any not met: not met. Else any undocumented: undocumented. Else met.
---@param findings rubric.Finding[]
---@return rubric.Finding
function all_of(findings) end

---Any met: met. Else any undocumented: undocumented. Else not met.
---@param findings rubric.Finding[]
---@return rubric.Finding
function any_of(findings) end

---Any met: not met. Else any undocumented: undocumented. Else met.
---@param findings rubric.Finding[]
---@return rubric.Finding
function none_of(findings) end

---So many of them are met.
---@param n integer
---@param findings rubric.Finding[]
---@return rubric.Finding
function at_least(n, findings) end

---Met and not met change places. Prefer the positive sentence.
---@param finding rubric.Finding
---@return rubric.Finding
function negate(finding) end

---One value of the catalogue below.
---@param path string
---@return rubric.Value
function fact(path) end

---A list, narrowed. A filter is a choice, a list of choices, `true`/`false`, or a code set. `same` (`"region"`, `"level"`, `"side"`, or a list of them) means as the line under review.
---@param list string
---@return rubric.Records
function records(list) end

---One of these choices; a plain list says the same.
---@param kinds string[]
---@return rubric.Choices
function any_kind(kinds) end

---A field of the request line under review.
---@param field string
---@return rubric.Value
function line(field) end

---The same, as it reads best in a sum.
---@type table<string, rubric.Value>
requested = {}

---A field of the whole request; `request "date_of_service"` is the day all spans count from.
---@param field string
---@return rubric.Value
function request(field) end

---The patient on the date of service.
---@param field string
---@return rubric.Value
function patient(field) end

---An answer of a questionnaire by its own id.
---@param link string
---@return rubric.Value
function answer(link) end

---A duration. `days(x)` makes one of a computed number of days, to be added to a date.
---@param amount any
---@return rubric.Value
function days(amount) end

---A duration.
---@param amount any
---@return rubric.Value
function weeks(amount) end

---A duration in calendar months.
---@param amount any
---@return rubric.Value
function months(amount) end

---A duration in calendar years; also an age.
---@param amount any
---@return rubric.Value
function years(amount) end

---An amount.
---@param amount any
---@return rubric.Value
function percent(amount) end

---An amount on a scale.
---@param amount any
---@return rubric.Value
function points(amount) end

---An amount.
---@param amount any
---@return rubric.Value
function mg(amount) end

---An amount.
---@param amount any
---@return rubric.Value
function mcg(amount) end

---An amount.
---@param amount any
---@return rubric.Value
function ml(amount) end

---A number of billed units. `units`, `sessions`, `hours` and `levels` also say what a plain computed number is, as `hours(x / 4)`.
---@param amount any
---@return rubric.Value
function units(amount) end

---A number of sessions.
---@param amount any
---@return rubric.Value
function sessions(amount) end

---A number of hours.
---@param amount any
---@return rubric.Value
function hours(amount) end

---A number of spinal levels.
---@param amount any
---@return rubric.Value
function levels(amount) end

---A temperature, in degrees Celsius.
---@param amount any
---@return rubric.Value
function degrees(amount) end

---A date.
---@param day string
---@return rubric.Value
function date(day) end

---The value that belongs to a choice.
---@param choice rubric.Value
---@param values table<string, any>
---@return rubric.Value
function pick(choice, values) end

---The value in force on the date of service.
---@param values table<string, any>
---@return rubric.Value
function by_date(values) end

---Rounded up.
---@param amount any
---@return rubric.Value
function ceil(amount) end

---Rounded down.
---@param amount any
---@return rubric.Value
function floor(amount) end

---The smaller; of dates the earlier.
---@param a any
---@param b any
---@return rubric.Value
function min(a, b) end

---The larger; of dates the later.
---@param a any
---@param b any
---@return rubric.Value
function max(a, b) end

---A function that is the whole `met` of a criterion answers one of these three; the criterion lists under `reads` the facts and lists it looks at.
---@param why? string
---@param evidence? table
---@return rubric.Verdict
function met(why, evidence) end

---Needs a contrary fact, never silence.
---@param why? string
---@param evidence? table
---@return rubric.Verdict
function not_met(why, evidence) end

---Nobody said.
---@param why? string
---@param evidence? table
---@return rubric.Verdict
function undocumented(why, evidence) end

---Only while the function runs: a line that `rubric review --trace` shows; no part of the answer.
---@param ... any
function trace(...) end
