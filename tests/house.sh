#!/bin/sh
# The house rules that a machine can see.
set -u
. tests/lib/tap.sh

# Every file that is or could be committed; build products and caches are not.
files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -co --exclude-standard "$@" | while read -r file; do
            [ ! -f "$file" ] || printf '%s\n' "$file"
        done
    else # an unpacked tarball
        find . -type f ! -path './build/*' ! -path './vendor/cache/*' | sed 's#^\./##'
    fi
}
source_files() { files | grep -E '^(src|policies)/.*\.(c|h|lua)$'; }

extra=$(files | cut -d/ -f1 | sort -u |
    grep -vxE 'Makefile|README\.md|src|scripts|policies|tests|vendor|docs|\..*|LICENSE.*')
nothing 'the top level holds what was agreed' "$extra"

long_files() { xargs -r wc -l | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines" }'; }
nothing 'no source file is longer than 800 lines' "$(source_files | long_files)"

# A function begins in the first column and ends with a brace there.
long_functions() {
    xargs -r awk '
        FNR == 1 { start = 0 }
        /^[A-Za-z_].*\)[ \t]*\{?[ \t]*$/ { name = $0; sub(/\(.*/, "", name) }
        /^\{/ || /^[A-Za-z_].*\)[ \t]*\{[ \t]*$/ { start = FNR }
        /^\}/ { if (start && FNR - start > 70) print FILENAME ": " name ": " FNR - start " lines"; start = 0 }'
}
nothing 'no C function is longer than 70 lines' "$(source_files | grep '\.c$' | long_functions)"
{ echo 'int f(void)'; echo '{'; yes '    x();' | head -n 71; echo '}'; } >"$TMPDIR/long.c"
is 'a planted long function is seen' "$(echo "$TMPDIR/long.c" | long_functions)" \
    "$TMPDIR/long.c: int f: 72 lines"
yes 'x' | head -n 801 >"$TMPDIR/long.h"
is 'a planted long file is seen' "$(echo "$TMPDIR/long.h" | long_files)" "$TMPDIR/long.h: 801 lines"

# Spelt in two halves, or this file would find itself.
undone='\b(TO''DO|FIX''ME|X''XX|HA''CK)\b|not (yet )?imple''mented|place''holder'
nothing 'nothing says of itself that it is unfinished' \
    "$(files | grep -E '^(src|policies|scripts|tests|docs)/' | xargs -d '\n' grep -HnIiE "$undone")"

top=$PWD
hosts=$({ apt-get indextargets --format '$(REPO_URI)'; npm config get registry; } 2>/dev/null |
    sed -nE 's#^[a-z]+://([^/:]+).*#\1#p' | sort -u | sed 's/[.]/\\./g' | paste -sd'|' -)
nothing 'no tracked file names a package host of this machine' \
    "$(files | xargs -d '\n' grep -HnIE "${hosts:-no-host-known}" | cut -c1-160)"
nothing 'no tracked file names a folder of a machine' \
    "$(files | xargs -d '\n' grep -HnIE "(^|[^A-Za-z0-9_.])(/(home|root|Users)/[a-z]|$top\b)" | cut -c1-160)"

# Order must not reach an answer: `pairs` and `next` only where the line says why
# it may, with "-- any order: ...".
unordered() { xargs -r grep -HnE '\b(pairs|next)[ ]*\(' | grep -v -- '-- any order: .'; }
nothing 'pairs and next say why their order does not matter' \
    "$(files | grep -E '^(src/prelude|policies)/.*\.lua$' | grep -v '_spec\.lua$' | unordered)"
printf 'for k in pairs(t) do end\nfor k in ipairs(t) do end\n' >"$TMPDIR/p.lua"
printf 'for k in pairs(t) do n = n + 1 end -- any order: only counted\n' >>"$TMPDIR/p.lua"
is 'a planted pairs is seen, ipairs and a reason are not' \
    "$(echo "$TMPDIR/p.lua" | unordered)" "$TMPDIR/p.lua:1:for k in pairs(t) do end"

# CPT descriptors are licensed by the AMA: numbers only, or a short label in our
# own words. What looks like a line of their tables is a five-digit code (or four
# and F, T, U) with a long description beside it.
descriptors() {
    xargs -rd '\n' grep -nIHE \
        '(^|[^0-9A-Za-z./-])[0-9]{4}[0-9FTU][^0-9A-Za-z]+((display|label|description|descriptor|text|name)[^0-9A-Za-z]+)?[A-Z][A-Za-z(), /-]{60,}' |
        cut -c1-120
}
nothing 'no file pairs CPT codes with long descriptions' "$(files | descriptors)"
label='Invented words that run on for so long that they must be the words of somebody else'
for row in "99999,$label" "99999	$label" "0999T|$label" "[\"99999\"] = \"$label\"," \
    "{\"code\": \"99999\", \"display\": \"$label\"}"; do
    printf '%s\n' "$row" >"$TMPDIR/table.txt"
    check "a planted line of such a table is seen: $(printf '%s' "$row" | cut -c1-18)" \
        test -n "$(echo "$TMPDIR/table.txt" | descriptors)"
done

done_testing
