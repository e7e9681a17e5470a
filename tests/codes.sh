#!/bin/sh
#
# codes.sh - the words of rubric codes: tables in, questions out, and imports
# that are killed, run twice at once, or given a file that is broken.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/codes
mkdir -p "$work/in"
export RUBRIC_HOME="$work/home"
order=$work/in/icd10cm_order_2026.txt
older=$work/in/icd10cm-order-Jan-2021.txt

lua5.4 tests/codes/make-order.lua small 2026 >"$order"
lua5.4 tests/codes/make-order.lua small 2021 >"$older"

# Runs rubric codes with its streams kept apart: status, $work/out, $work/err.
run() {
    rubric codes "$@" >"$work/out" 2>"$work/err"
    status=$?
}

said() { # what status text-on-stderr
    is "$1" "$status
$(cat "$work/err")" "$2
$3"
}

showed() { # what status text-on-stdout
    is "$1" "$status
$(cat "$work/out")" "$2
$3"
}

# --- a fresh machine ----------------------------------------------------------

run show M54.16 --brief --on 2026-03-10
showed "a fresh machine knows the codes of its policies" 0 \
    "M54.16   Radiculopathy, lumbar region
  icd-10-cm, billable on 2026-03-10
  valid     2015-10-01 to now
  table     starter-2, built in; import the full table for more
  region    lumbar
  above     M54.1    Radiculopathy
            M54      Dorsalgia"
check_not "and makes no home folder to look one up" test -e "$RUBRIC_HOME"
run show 64483 S9328 --json --brief --on 2026-03-10
is "it says of each code which system it is of" \
    "$(jq -r '[.code, .system, .status, .table] | join(" ")' "$work/out")" \
    "64483 cpt billable starter
S9328 hcpcs billable starter"
run show A41.9 --brief --on 2026-03-10
showed "what the starter lacks is not called unknown" 0 \
    "A41.9
  icd-10-cm, release missing on 2026-03-10
  no release of icd-10-cm is loaded for 2026-03-10: 'A41.9' cannot be looked up
  import that year's order file: \`rubric codes import icd10cm_order_2026.txt\`"
run show M54.16 --json --on 2026-03-10
is "show names the policies that name a code" \
    "$(jq -r '.policies | index("cms.epidural-injections") != null' "$work/out")" true
run releases
showed "no release is loaded" 0 \
    "no table is imported: the built-in starter table answers alone"

# --- the command line ---------------------------------------------------------

run
is "no word at all is a mistake that lists the words" \
    "$status $(grep -c 'rubric codes import' "$work/err")" "2 1"
run shw
said "an unknown word is named with the nearest" 2 \
    "rubric: there is no 'codes shw'
  help: did you mean 'rubric codes show'?
  (E-USAGE)"
run show M54.16 --on 2026-02-30
said "a day that does not exist is a mistake" 2 \
    "rubric: '--on' takes a day as 2026-03-10, not '2026-02-30'
  help: see 'rubric codes show --help'
  (E-USAGE)"
for word in show search expand check import releases drop diff; do
    run "$word" --help
    is "codes $word --help shows usage, an example and the exit codes" \
        "$status $(grep -c "rubric codes $word" "$work/out" | sed 's/^[2-9]$/some/')" "0 some"
done

# --- importing ----------------------------------------------------------------

run import --dry-run "$order"
is "a dry run tells what it recognised and changes nothing" \
    "$status $(head -2 "$work/out" | tr '\n' ' ')$(ls "$RUBRIC_HOME"/codes.db 2>/dev/null)" \
    "0 icd10cm_order_2026.txt: ICD-10-CM order file, FY2026, checked, not kept   $(
        wc -l <"$order") codes: $(grep -c '^............. 1' "$order") billable, $(
        grep -c '^............. 0' "$order") headers "
run import "$order" "$older" --json
is "two releases are loaded side by side" \
    "$status $(jq -r '[.what, .result] | join(", ")' "$work/out" | tr '\n' ';')" \
    "0 ICD-10-CM order file, FY2026, added;ICD-10-CM order file, FY2021-01, added;"
run import "$order" --json
is "the same file again changes nothing" "$status $(jq -r .result "$work/out")" \
    "0 loaded already"
run releases --json
is "releases tells their days and the hash of each file" \
    "$(jq -r '[.label, .from, .sha256] | join(" ")' "$work/out")" \
    "FY2021-01 2021-01-01 $(sha256sum "$older" | cut -d' ' -f1)
FY2026 2025-10-01 $(sha256sum "$order" | cut -d' ' -f1)"
is "and how many of their codes are billable" \
    "$(jq -r 'select(.label == "FY2026") | [.records, .billable, .headers] | join(" ")' "$work/out")" \
    "$(wc -l <"$order") $(grep -c '^............. 1' "$order") $(grep -c '^............. 0' "$order")"
run releases --verify
check "the index is whole" grep -q 'the index is whole' "$work/out"

# --- by date ------------------------------------------------------------------

run show M54.5 --brief --json --on 2021-03-01
is "a code is billable in one release" "$(jq -r '.status + " " + .release' "$work/out")" \
    "billable FY2021-01"
run show M54.5 --brief --on 2026-03-01
is "and a header in a later one, with its children" "$(sed -n 2,5p "$work/out")" \
    "  icd-10-cm, header on 2026-03-01
  M54.5 is a header on 2026-03-01, not a billable code
  use M54.50 (Low back pain, unspecified), M54.51 (Vertebrogenic low back pain)
  or M54.59 (Other low back pain)"
run show S12.000 --brief --json --on 2026-03-01
is "a missing seventh character is asked for" "$(jq -r .error.help "$work/out")" \
    "add a 7th character to S12.000: A, B, D, G, K, S"
run show T819A --brief --json --on 2026-03-01
is "missing X before the seventh character are found" "$status $(jq -r .error.help "$work/out")" \
    "4 did you mean T81.9XXA (Unspecified complication of procedure, encounter A)?"
run show M54.16 --brief --json --on 2030-01-01
is "a day past the newest release is no fault of the code" \
    "$status $(jq -r '.status + ", " + .error.code' "$work/out")" \
    "0 release missing, code-release-missing"
run search radiculopathy lumb --on 2026-03-01
showed "search finds codes by the beginnings of words" 0 \
    "M51.16   Intervertebral disc disorders with radiculopathy, lumbar region
M51.17   Intervertebral disc disorders with radiculopathy, lumbosacral region
M54.16   Radiculopathy, lumbar region
M54.17   Radiculopathy, lumbosacral region"
run diff FY2021-01 FY2026
is "diff tells what a year changed" "$status $(grep -E 'M54\.5|M51\.36 ' "$work/out" | tr '\n' ';')" \
    "1 now a header  M51.36   Other intervertebral disc degeneration, lumbar region;now a header  M54.5    Low back pain;added         M54.50   Low back pain, unspecified;added         M54.51   Vertebrogenic low back pain;added         M54.59   Other low back pain;"

# --- sets ---------------------------------------------------------------------

count() { # expression wanted
    run expand "$1" --count --on 2026-03-01
    is "'$1' is $2 codes" "$status $(cat "$work/out")" "0 $2"
}
run expand 'M54.1*' --count --all --on 2026-03-01
showed "with its headers a subtree counts them" 0 "10, 1 of them headers"
run expand 'M54.1*' --count --all --json --on 2026-03-01
showed "in JSON too" 0 '{"billable":9,"count":10,"headers":1}'
run expand 'M54.1*' --all --on 2026-03-01
is "and lists them" "$(head -1 "$work/out")" "M54.1    Radiculopathy (header)"
count 'M54.1*' 9
count 'M54.1-' 9
count 'M54.10-M54.18' 9
count 'M51.1*' 4
count 'M51.1-M51.2' 8
count 'G89*' 10
count 'C43-C44' 8
count 'Z36-Z37' 7
count 'M1A-M10' 3
count 'M54*, minus M54.5*, M54.59' 16
count 'm54.16, M54.17' 2
count 'set:esi-weak' 3
run expand 'Z37-Z3A' --on 2026-03-01
said "a range against tabular order is refused" 2 \
    "rubric: the range Z37-Z3A starts after its end in tabular order
  help: write it the other way round, or as two sets
  (range-reversed)"
run check 'M54.5, M54.1*, M51.3, M99.99' --on 2026-03-01
is "check names what is wrong with an expression" \
    "$status $(grep '^  (' "$work/out" | tr -d ' \n')" \
    "1 (header-without-star)(header-without-star)(code-unknown)"
run check 'M54.1*, cpt:64483' --on 2026-03-01
showed "and is content with a good one" 0 "2 items, nothing wrong on 2026-03-01"
run expand 'M54.16,'
is "a slip in an expression has its column" "$status $(head -1 "$work/err")" \
    "2 rubric: column 7: nothing follows this comma"

# --- notes ----------------------------------------------------------------------

printf '<ICD10CM.tabular><chapter><name>13</name><excludes2><note>injury</note></excludes2>%s%s\n' \
    '<section id="M50-M54"><diag><name>M54</name><includes><note>pain</note></includes><diag>' \
    '<name>M54.77</name><includes><note>x</note></includes></diag></diag></section></chapter></ICD10CM.tabular>' \
    >"$work/in/icd10cm_tabular_2026.xml"
RUBRIC_HOME=$work/notes run import "$order" "$work/in/icd10cm_tabular_2026.xml"
is "notes at a code that the order file lacks are odd" \
    "$status $(grep -c 'notes stand at M5477, which FY2026 lacks' "$work/out")" "0 1"
RUBRIC_HOME=$work/notes run show M54.16 --json --on 2026-03-01
is "show lists the notes of a code and of what stands around it" \
    "$(jq -r '.notes[] | [.at, .kind, .text] | join(" ")' "$work/out")" \
    "M54 includes pain
chapter 13 excludes2 injury"

# --- files that are broken ----------------------------------------------------

before=$(sha256sum <"$RUBRIC_HOME/codes.db")
unchanged() { # what
    is "$1" "$(sha256sum <"$RUBRIC_HOME/codes.db")$(ls "$RUBRIC_HOME"/*.new 2>/dev/null)" "$before"
}
broken=$work/in/icd10cm_order_2025.txt
head -c 3000 "$order" >"$broken"
run import "$broken"
is "a cut file names its line" "$status $(grep -c 'icd10cm_order_2025.txt:[0-9]*:' "$work/err")" "4 1"
unchanged "and changes nothing"
{ sed -n 1,20p "$order"; sed -n 22p "$order"; sed -n 21p "$order"; sed -n '23,$p' "$order"; } >"$broken"
run import "$broken"
said "a shuffled file names its line" 4 \
    "rubric: icd10cm_order_2025.txt:21: order number 00022 follows 00020: the file is missing rows
  help: nothing was changed; get the file again from its publisher
  (codes-file)"
cp "$older" "$broken"
run import "$broken"
is "the file of another year is told by its codes" \
    "$status $(grep -c 'the name says 2024-10-01, but M54.5 is billable' "$work/err")" "4 1"
run import "$order" "$broken"
is "a broken file among good ones changes nothing" "$status" 4
unchanged "nothing at all"
: >"$broken"
run import "$broken"
said "an empty file" 4 \
    "rubric: icd10cm_order_2025.txt: the file is empty
  help: get the file again from its publisher
  (codes-file)"
{ sed 's/Cervicalgia/\x01/' "$order" | tr '\001' '\000'; } >"$broken"
run import "$broken"
is "a NUL byte names its line" "$status $(grep -c 'icd10cm_order_2025.txt:[0-9]*: a NUL byte' "$work/err")" "4 1"
gzip -c "$order" >"$broken"
run import "$broken"
said "a file that is packed is told how to be unpacked" 4 \
    "rubric: icd10cm_order_2025.txt: packed with gzip
  help: unpack it: \`gunzip icd10cm_order_2025.txt\`
  (codes-file)"
printf '\320\317\021\340\241\261\032\341old' >"$work/in/HCPC2026.xls"
run import "$work/in/HCPC2026.xls"
is "an old workbook is told from a new one" "$status $(grep -c 'save it as .xlsx' "$work/err")" "4 1"
rm -f "$work/in/pipe_2026.txt"
mkfifo "$work/in/pipe_2026.txt"
timeout 10 rubric codes import "$work/in/pipe_2026.txt" >"$work/out" 2>"$work/err"
is "a pipe is not waited for" "$? $(grep -c 'not a file but a pipe' "$work/err")" "4 1"
truncate -s 2G "$broken"
run import "$broken"
is "a file larger than any table is not read" "$status $(grep -c 'larger than 1 GB' "$work/err")" "4 1"
unchanged "and none of them changes anything"
tr -d '\r' <"$order" | sed '1s/^/\xef\xbb\xbf/' >"$work/in/icd10cm_order_2026b.txt"
RUBRIC_HOME=$work/other run import "$work/in/icd10cm_order_2026b.txt"
is "LF line ends and a byte order mark do not matter" "$status" 0

# --- two at once, and a kill in the middle -------------------------------------

export RUBRIC_HOME="$work/race"
printf 'code,name\n11,Office\n12,Home\n' >"$work/in/pos.csv"
printf 'system,code,title\nplan,A1,one\n' >"$work/in/own.csv"
for file in "$order" "$older" "$work/in/pos.csv" "$work/in/own.csv"; do
    rubric codes import "$file" >/dev/null 2>&1 &
done
wait
run releases --json
is "four imports at once all arrive" "$(jq -r .table "$work/out" | sort | tr '\n' ' ')" \
    "icd-10-cm icd-10-cm plan pos "

lua5.4 tests/codes/make-order.lua full 2026 >"$work/in/icd10cm_order_2024.txt"
lived=yes
for delay in 0.01 0.05 0.1 0.2 0.3 0.4; do
    rubric codes import --effective 2025-10-01 "$work/in/icd10cm_order_2024.txt" >/dev/null 2>&1 &
    child=$!
    sleep "$delay"
    kill -9 "$child" 2>/dev/null
    wait "$child" 2>/dev/null
    rubric codes show M54.16 --brief --on 2026-03-01 >"$work/out" 2>&1 &&
        grep -q billable "$work/out" || lived="killed after $delay: $(cat "$work/out")"
done
is "a killed import leaves tables that answer" "$lived" yes
run import "$work/in/pos.csv"
is "and does not stand in the way of the next one" "$status $(ls "$RUBRIC_HOME"/*.new 2>/dev/null)" "0 "
run drop FY2021-01 plan nowhere
is "an unknown release is no reason to drop the others" \
    "$status $(rubric codes releases --json | jq -r .table | sort | tr '\n' ' ')" \
    "4 icd-10-cm icd-10-cm plan pos "
run drop FY2021-01
is "a dropped release is gone" \
    "$status $(cat "$work/out") $(rubric codes releases --json | jq -r .label | grep -c FY2021)" \
    "0 1 release dropped 0"

# --- a full release, and a full disc -------------------------------------------

export RUBRIC_HOME="$work/full"
cp "$work/in/icd10cm_order_2024.txt" "$work/in/icd10cm-order-2026.txt"
run import --json "$work/in/icd10cm-order-2026.txt"
is "a full release is read whole" "$status $(jq -r '"\(.lines) \(.read) \(.odd_count)"' "$work/out")" \
    "0 $(wc -l <"$work/in/icd10cm-order-2026.txt") $(wc -l <"$work/in/icd10cm-order-2026.txt") 0"
is "its billable codes and headers are those of the file" "$(jq -r .summary "$work/out")" \
    "$(awk '{ n++; b += substr($0, 15, 1) } END { print n " codes: " b " billable, " n - b " headers" }' \
        "$work/in/icd10cm-order-2026.txt")"
check "its index takes at most 8 MB" test "$(wc -c <"$(ls "$RUBRIC_HOME"/codes-*.idx)")" -le 8000000
before=$(sha256sum <"$RUBRIC_HOME/codes.db")
(
    trap '' XFSZ
    ulimit -f 4096
    rubric codes import --json "$older" >"$work/out" 2>"$work/err"
    echo $? >"$work/status"
)
is "a disc that is full is said so" "$(cat "$work/status") $(grep -c '^rubric: .*codes.db' "$work/err")" "5 1"
is "with no word of tables that were not kept" "$(cat "$work/out")$(sed -n 2p "$work/err")" \
    "  help: nothing was changed: no file of the command is loaded"
unchanged "and leaves the tables as they were"
run show M54.16 --brief --on 2026-03-10
is "which go on to answer" "$status $(grep -c 'billable' "$work/out")" "0 1"

# --- the archives of publishers --------------------------------------------------

if command -v zip >/dev/null; then
    mkdir -p "$work/in/Code Descriptions"
    cp "$order" "$work/in/Code Descriptions/icd10cm_order_2026.txt"
    echo '%PDF' >"$work/in/Code Descriptions/icd10OrderFiles.pdf"
    printf 'Codes\r\nDelete:      1 M545    %-60s %s\r\n' 'Low back pain' 'Low back pain' \
        >"$work/in/Code Descriptions/icd10cm_order_addenda_2026.txt"
    (cd "$work/in" && zip -qr april-1-2026-code-descriptions-tabular-order.zip 'Code Descriptions')
    RUBRIC_HOME=$work/zip run import "$older" "$work/in/april-1-2026-code-descriptions-tabular-order.zip"
    is "a zip is imported as it was shipped, from the day its name says" \
        "$status $(RUBRIC_HOME=$work/zip rubric codes releases --json | jq -r '[.label, .from] | join(" ")' | xargs)" \
        "0 FY2021-01 2021-01-01 FY2026-04 2026-04-01 FY2026-04 addenda 2026-04-01"
    is "and says what it took and passed over" "$(grep -c '2 files taken out, 1 passed over' "$work/out")" 1
    is "addenda that are short of changes are told so" \
        "$(tr '\n' ' ' <"$work/out" | grep -c '0 added, 1 deleted, 0 revised; but FY2021-01 and FY2026-04 differ')" 1
    head -c 2000 "$work/in/april-1-2026-code-descriptions-tabular-order.zip" >"$work/in/cut.zip"
    RUBRIC_HOME=$work/zip run import "$work/in/cut.zip"
    said "a cut zip is refused" 4 \
        "rubric: the zip archive is broken: its directory is missing: the file is cut off
  help: nothing was changed; get the file again from its publisher
  (codes-zip)"
else
    skip "a zip is imported as it was shipped" "no zip here"
fi

# --- a home that does not work --------------------------------------------------

export RUBRIC_HOME="$work/strange"
mkdir -p "$RUBRIC_HOME"
echo 'not a database at all' >"$RUBRIC_HOME/codes.db"
run show M54.16
is "a codes.db that is none is said so" "$status $(head -1 "$work/err")" \
    "4 rubric: $RUBRIC_HOME/codes.db is not a code table database"

# --- codes of a policy that retire while it is in force -------------------------

cat >"$work/retires.lua" <<'LUA'
policy "example.retires" {
  title = "T", source = "S", in_force = { from = "2020-01-01" }, covers = codes { "cpt:64483" },
}
criterion "diagnosis" {
  cite = "1", says = "S.", ask = "A.",
  met = records "diagnoses" :some { code = codes { "M54.16",
    "M54.5" } },
}
LUA
is "check names a code that retired in its time, at its line" \
    "$(RUBRIC_HOME="$work/check" rubric check "$work/retires.lua" | head -1 | sed 's/.*retires.lua/retires.lua/')" \
    "retires.lua:7: warning: M54.5 is a header on 2021-10-01 and matches no diagnosis by itself"

# --- an answer outlives its tables -----------------------------------------------

export RUBRIC_HOME="$work/outlives"
run import "$order"
sed 's/"M54.16",/"M54.1*" } },/; /"M54.5" } },/d' "$work/retires.lua" >"$work/lasting.lua"
cat >"$work/case.json" <<'JSON'
{"schema":"rubric-case/1","caseId":"C-1","asOf":"2026-02-01",
 "request":{"lines":[{"sequence":1,"system":"cpt","code":"64483"}]},
 "diagnoses":[{"system":"icd-10-cm","code":"M54.16","recorded":"2026-01-02","src":["s"]}],
 "sources":{"s":{"kind":"ehr","ref":"Condition/1"}}}
JSON
rubric review --json --policy "$work/lasting.lua" "$work/case.json" >"$work/out" 2>"$work/err" ||
    cat "$work/err"
is "an answer names the release that it rests on" \
    "$(jq -r '.recommendation + " " + .tables["icd-10-cm"][:6]' "$work/out")" "approve FY2026"
index=$(jq .receipt.index "$work/out")
run drop FY2026
is "and is computed again when that release is dropped" "$(rubric replay "$index")" \
    "entry $index: the same answer, byte for byte"
rm -f "$RUBRIC_HOME"/codes*
is "or all tables are gone" "$(rubric replay "$index")" "entry $index: the same answer, byte for byte"

done_testing
