#!/bin/sh
# alone
# make install puts a program somewhere that needs nothing of the checkout.
set -u
. tests/lib/tap.sh

# As make was called, with its own names for the folders: nothing is rebuilt.
BUILD=${BUILD#"$PWD/"}
DEPS=${DEPS#"$PWD/"}
root=$TMPDIR/root
place=$root/usr
check 'make install succeeds' make install DESTDIR="$root" PREFIX=/usr

for file in bin/rubric bin/rubric-verify share/rubric/policies/registry.lua share/doc/rubric/README.md; do
    check "$file is there" test -f "$place/$file"
done
nothing 'every policy is there' "$(find policies -type f ! -name '.*' | while read -r file; do
    cmp "$file" "$place/share/rubric/$file" 2>&1
done)"
nothing 'nothing but the programs can be run' \
    "$(find "$root" -type f -perm /111 ! -path '*/bin/*' ! -name '*.so')"
nothing 'all can be read by everybody' "$(find "$root" ! -type l ! -perm -a+r)"

unset RUBRIC_POLICIES
installed() { (cd "$TMPDIR" && "$place/bin/rubric" "$@"); }
check 'the installed program runs' installed version
case=$PWD/policies/cms/cases/a05-004b-first-injection.json
check 'and reviews a case with the installed policies' installed review "$case"

# What the loader asks for: nothing, where all is static.
if [ -z "$SAN" ]; then
    nothing 'the program needs no library of the machine' \
        "$(readelf -d "$place/bin/rubric" | grep NEEDED)"
    check 'its addresses can be random' sh -c "readelf -h '$place/bin/rubric' | grep -q 'Type:.*DYN'"
    check 'its relocations are read-only' sh -c "readelf -lW '$place/bin/rubric' | grep -q GNU_RELRO"
fi

check 'make uninstall succeeds' make uninstall DESTDIR="$root" PREFIX=/usr
nothing 'and leaves no file' "$(find "$root" -type f)"

done_testing
