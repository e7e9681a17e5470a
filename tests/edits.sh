#!/bin/sh
#
# edits.sh - unit limits and pairs that exclude each other, from imported tables,
# as words of a policy, with the release as their source.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/edits
mkdir -p "$work"
export RUBRIC_HOME="$work/home"

cat >"$work/edits.lua" <<'LUA'
policy "example.edits" {
  title = "Edits", source = "Example 4", in_force = { from = "2025-01-01" },
  covers = codes { "cpt:64483", "cpt:64493", "cpt:20610", "cpt:62321" },
}
criterion "units" {
  cite = "1", says = "The units are within the limit of the code.", ask = "Request form.",
  met = line "units" :at_most(line "unit_limit"),
}
criterion "pairs" {
  cite = "2", says = "No other line of the day excludes this one.", ask = "Request form.",
  met = line "excluded_pair" :is "no",
}
LUA
line() { # sequence code units more
    printf '{"sequence":%d,"system":"cpt","code":"%s","quantity":{"value":%d},"serviced":"2026-02-02"%s}' "$@"
}
case_of() { # lines
    printf '{"schema":"rubric-case/1","caseId":"E-1","asOf":"2026-02-01","request":{"lines":[%s]},"sources":{}}' "$1"
}
findings() { # lines
    case_of "$1" >"$work/case.json"
    rubric review --json --policy "$work/edits.lua" "$work/case.json" >"$work/out" || return
    jq -r '[.recommendation, (.criteria[] | "\(.line)\(.id)=\(.finding)")] | join(" ")' "$work/out"
}

# --- the side of a diagnosis, from the title of its code ----------------------

{
    printf '00001 M25     0 %-60s %s\r\n' 'Other joint disorder' 'Other joint disorder'
    printf '00002 M25551  1 %-60s %s\r\n' 'Pain in right hip' 'Pain in right hip'
    printf '00003 M25552  1 %-60s %s\r\n' 'Pain in left hip' 'Pain in left hip'
} >"$work/icd10cm_order_2026.txt"
cat >"$work/side.lua" <<'LUA'
policy "example.side" {
  title = "Side", source = "Example 5", in_force = { from = "2025-01-01" },
  covers = codes { "cpt:20610" },
}
criterion "side" {
  cite = "1", says = "The diagnosis is on the side of the request.", ask = "Office note.",
  met = records "diagnoses" :latest() :field "side" :agrees_with(line "side"),
}
LUA
sided() { # code modifier
    printf '{"schema":"rubric-case/1","caseId":"E-2","asOf":"2026-02-01","request":{"lines":[
      {"sequence":1,"system":"cpt","code":"20610","modifier":["%s"]}]},"diagnoses":[
      {"system":"icd-10-cm","code":"%s","recorded":"2026-01-02","src":["s"]}],
      "sources":{"s":{"kind":"ehr","ref":"Condition/1"}}}' "$2" "$1" >"$work/side.json"
    rubric review --json --policy "$work/side.lua" "$work/side.json" >"$work/out" || return
    jq -r '[.recommendation, .criteria[0].finding, .criteria[0].conflict] | join(" ")' "$work/out"
}
is "a side that no table knows is undocumented" "$(sided M25.551 RT)" "pend undocumented false"
rubric codes import "$work/icd10cm_order_2026.txt" >"$work/out" 2>&1 || cat "$work/out"
is "the same side agrees" "$(sided M25.551 RT)" "approve met false"
is "the other side is a conflict" "$(sided M25.552 RT)" "refer undocumented true"
rubric codes drop FY2026 >"$work/out" 2>&1 || cat "$work/out"

is "without the tables nothing is known" "$(findings "$(line 1 64483 1 ''),$(line 2 64493 1 '')")" \
    "pend 1units=undocumented 1pairs=undocumented 2units=undocumented 2pairs=undocumented"

{
    echo 'The preamble of the file'
    echo '"HCPCS/CPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"'
    echo '64483,1,"2 Date of Service Edit: Policy","Anatomic Consideration"'
    echo '64493,1,"2 Date of Service Edit: Policy","Anatomic Consideration"'
} >"$work/MCR_MUE_PractitionerServices_Eff_01-01-2026.csv"
{
    echo 'The preamble of the file'
    echo '"HCPCS/CPT Code","Outpatient Hospital Services MUE Values","MUE Adjudication Indicator","MUE Rationale"'
    echo '64483,2,"3 Date of Service Edit: Clinical","Anatomic Consideration"'
    echo '64493,2,"1 Line Edit","Anatomic Consideration"'
} >"$work/MCR_MUE_OutpatientHospitalServices_Eff_01-01-2026.csv"
printf 'Preamble\r\n64493\t64483\t\t20200101\t*\t1\tMisuse\r\n64483\t20610\t\t20200101\t20260131\t0\tMisuse\r\n62321\t64483\t\t20200101\t20260202\t0\tMisuse\r\n' \
    >"$work/ccipra-v321r0-f1.TXT"
check "the tables are imported" rubric codes import "$work"/MCR_MUE*.csv "$work/ccipra-v321r0-f1.TXT"

is "units at the limit are met" "$(findings "$(line 1 64483 1 '')")" "approve 1units=met 1pairs=met"
is "one more is not" "$(findings "$(line 1 64483 2 '')")" "refer 1units=not_met 1pairs=met"
is "the evidence names the table and its release" \
    "$(jq -r '.criteria[0].evidence[] | select(.fact == "lines.unit_limit") | .document' "$work/out" | cut -d' ' -f1)" \
    "mue-practitioner"
is "a pair excludes" "$(findings "$(line 1 64483 1 ''),$(line 2 64493 1 '')" | grep -o '[12]pairs=[a-z_]*' | xargs)" \
    "1pairs=not_met 2pairs=not_met"
is "unless a modifier parts them" \
    "$(findings "$(line 1 64483 1 ',"modifier":["59"]'),$(line 2 64493 1 '')" | grep -o '[12]pairs=[a-z_]*' | xargs)" \
    "1pairs=met 2pairs=met"
pairs_of() { # lines
    findings "$1" | grep -o '[12]pairs=[a-z_]*' | xargs
}
units_of() { # lines
    findings "$1" | grep -o '[12]units=[a-z_]*' | xargs
}
is "the evidence of a pair names its table too" \
    "$(pairs_of "$(line 1 64483 1 ''),$(line 2 64493 1 '')" >/dev/null
       jq -r '.criteria[] | select(.id == "pairs") | .evidence[] | select(.fact == "lines.excluded_pair") | .document' \
           "$work/out" | sort -u)" "ncci-practitioner NCCI v321"
is "nor does a modifier that parts nothing" \
    "$(pairs_of "$(line 1 64483 1 ',"modifier":["50"]'),$(line 2 64493 1 '')")" \
    "1pairs=not_met 2pairs=not_met"
is "no modifier parts a pair of indicator 0, on its last day" \
    "$(pairs_of "$(line 1 62321 1 ',"modifier":["59"]'),$(line 2 64483 1 '')")" \
    "1pairs=not_met 2pairs=not_met"
is "a pair that was deleted before the day excludes nothing" \
    "$(pairs_of "$(line 1 64483 1 ''),$(line 2 20610 1 '')")" "1pairs=met 2pairs=met"
is "a code of the table without a limit has none" "$(units_of "$(line 1 64483 1 ''),$(line 2 20610 900 '')")" \
    "1units=met 2units=met"
is "a limit of the day is for all its lines together" \
    "$(units_of "$(line 1 64483 1 ''),$(line 2 64483 1 '')")" "1units=not_met 2units=not_met"
is "and says nothing where one of them is silent" \
    "$(units_of "$(line 1 64483 1 ''),{\"sequence\":2,\"system\":\"cpt\",\"code\":\"64483\",\"serviced\":\"2026-02-02\"}")" \
    "1units=undocumented 2units=undocumented"
is "a line that does not say its units is undocumented" \
    "$(units_of '{"sequence":1,"system":"cpt","code":"64483","serviced":"2026-02-02"}')" "1units=undocumented"
is "a hospital has limits of its own" \
    "$(units_of "$(line 1 64483 2 ',"placeOfService":"22"')")" "1units=met"
is "at which one more is not met" "$(units_of "$(line 1 64483 3 ',"placeOfService":"22"')")" "1units=not_met"
is "a surgical centre has those of practitioners" \
    "$(units_of "$(line 1 64483 2 ',"placeOfService":"24"')")" "1units=not_met"
is "a limit of a line is for each line alone" \
    "$(units_of "$(line 1 64493 2 ',"placeOfService":"22"'),$(line 2 64493 2 ',"placeOfService":"22"')")" \
    "1units=met 2units=met"
is "a day past the quarter of the limits is undocumented" \
    "$(units_of '{"sequence":1,"system":"cpt","code":"64483","quantity":{"value":1},"serviced":"2026-07-02"}')" \
    "1units=undocumented"

# --- limits of suppliers --------------------------------------------------------

cat >"$work/supply.lua" <<'LUA'
policy "example.supply" {
  title = "Supplies", source = "Example 7", in_force = { from = "2025-01-01" },
  covers = codes { "hcpcs:E0783", "hcpcs:K0455" },
}
criterion "units" {
  cite = "1", says = "The units are within the limit for suppliers.", ask = "Order.",
  met = line "units" :at_most(line "supply_limit"),
}
LUA
supplied() { # lines
    case_of "$1" >"$work/case.json"
    rubric review --json --policy "$work/supply.lua" "$work/case.json" >"$work/out" || return
    jq -r '[.recommendation, (.criteria[] | "\(.line)\(.finding)")] | join(" ")' "$work/out"
}
is "without its table the limit of a supplier is undocumented, as those of others say nothing" \
    "$(supplied "$(line 1 E0783 1 '')")" "pend 1undocumented"
{
    echo 'The preamble of the file'
    echo '"HCPCS/CPT Code","DME Supplier Services MUE Values","MUE Adjudication Indicator","MUE Rationale"'
    echo 'E0783,2,"3 Date of Service Edit: Clinical","Nature of Equipment"'
} >"$work/MCR_MUE_DMESupplierServices_Eff_01-01-2026.csv"
check "the table of suppliers is imported" rubric codes import "$work"/MCR_MUE_DME*.csv
is "units at a supplier's limit are met" "$(supplied "$(line 1 E0783 2 ',"placeOfService":"12"')")" \
    "approve 1met"
is "one more is not" "$(supplied "$(line 1 E0783 3 ',"placeOfService":"12"')")" "refer 1not_met"
is "nor are two lines that pass it together" "$(supplied "$(line 1 E0783 1 ''),$(line 2 E0783 2 '')")" \
    "refer 1not_met 2not_met"
is "a line that does not say its units is undocumented there too" \
    "$(supplied '{"sequence":1,"system":"hcpcs","code":"E0783","serviced":"2026-02-02"}')" \
    "pend 1undocumented"
is "the evidence names the table of suppliers" \
    "$(supplied "$(line 1 E0783 2 '')" >"$work/said"
       jq -r '.criteria[0].evidence[] | select(.fact == "lines.supply_limit") | .document' "$work/out")" \
    "mue-supplier MUE 2026Q1"
is "a supply without a limit has none" "$(supplied "$(line 1 K0455 900 '')")" "approve 1met"

# --- the region of a diagnosis and of the request --------------------------------

cat >"$work/region.lua" <<'LUA'
policy "example.region" {
  title = "Region", source = "Example 6", in_force = { from = "2025-01-01" },
  covers = codes { "cpt:62321", "cpt:62323" },
}
criterion "region" {
  cite = "1", says = "The diagnosis is of the region of the request.", ask = "Office note.",
  met = records "diagnoses" :with "code" :in_set(codes { "M54.1*" }) :latest()
    :field "region" :agrees_with(line "region"),
}
LUA
regional() { # code diagnosis
    printf '{"schema":"rubric-case/1","caseId":"E-3","asOf":"2026-02-01","request":{"lines":[
      {"sequence":1,"system":"cpt","code":"%s"}]},"diagnoses":[
      {"system":"icd-10-cm","code":"%s","recorded":"2026-01-02","src":["s"]}],
      "sources":{"s":{"kind":"ehr","ref":"Condition/1"}}}' "$1" "$2" >"$work/region.json"
    rubric review --json --policy "$work/region.lua" "$work/region.json" >"$work/out" || return
    jq -r '[.recommendation, .criteria[0].finding, .criteria[0].conflict] | join(" ")' "$work/out"
}
is "a lumbar diagnosis agrees with a lumbar request" "$(regional 62323 M54.16)" "approve met false"
is "a cervical one is a conflict" "$(regional 62323 M54.12)" "refer undocumented true"
is "one that names no region is undocumented" "$(regional 62323 M54.10)" "pend undocumented false"
done_testing
