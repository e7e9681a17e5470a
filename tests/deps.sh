#!/bin/sh
# What the build takes from outside is what vendor/ says, and no more.
set -u
. tests/lib/tap.sh

sums=$(grep -v '^#' vendor/sources.txt | awk 'NF && ($5 !~ /^[0-9a-f]+$/ || length($5) != 64) { print $1 }')
nothing 'every pinned source has a SHA-256' "$sums"
nothing 'every package has a version, a use and a reason' \
    "$(awk '!/^#/ && NF && (NF < 4 || $3 !~ /^(build|test|system)(,(build|test|system))*$/)' vendor/packages.txt)"
nothing 'no package is listed twice' "$(awk '!/^#/ && NF { print $1 }' vendor/packages.txt | sort | uniq -d)"
nothing 'no foreign source is committed' "$(git ls-files vendor 2>/dev/null | grep -vE '\.(txt|md)$')"

# scripts/unpack takes nothing by its name alone.
mkdir -p "$TMPDIR/tree/vendor/cache"
cp -r scripts "$TMPDIR/tree/"
cp vendor/*.txt "$TMPDIR/tree/vendor/"
file=$(awk '$1 == "lpeg" { print $6; exit }' vendor/sources.txt)
check_not 'a source that is not there is not unpacked' "$TMPDIR/tree/scripts/unpack" lpeg "$TMPDIR/out"
is 'and the message says what to run' "$("$TMPDIR/tree/scripts/unpack" lpeg "$TMPDIR/out" 2>&1)" \
    "unpack: the source 'lpeg' is not in vendor/cache: run scripts/bootstrap"
cp "vendor/cache/$file" "$TMPDIR/tree/vendor/cache/"
check 'a source with its checksum is unpacked' "$TMPDIR/tree/scripts/unpack" lpeg "$TMPDIR/out"
check 'and it is the source' test -f "$TMPDIR/out/lptree.c"
printf 'x' >>"$TMPDIR/tree/vendor/cache/$file"
check_not 'one byte more and it is refused' "$TMPDIR/tree/scripts/unpack" lpeg "$TMPDIR/out"
is 'and the message says why' "$("$TMPDIR/tree/scripts/unpack" lpeg "$TMPDIR/out" 2>&1 | head -n 1)" \
    "unpack: vendor/cache/$file has another checksum than vendor/sources.txt"

# The Lua that is linked.
if [ "$LUA" = pinned ]; then
    version=$(awk '$1 == "lua" { print $2 }' "$DEPS/ready")
    case $version in
    5.4.9 | 5.4.7) pass "Lua is a pinned version" ;;
    *) flunk 'Lua is a pinned version' "it is '$version'" ;;
    esac
    nothing 'no library that reaches outside is in the archive' \
        "$(nm "$DEPS/liblua.a" 2>/dev/null | grep -E ' T luaopen_(io|os|package)$| U (fopen|popen|system|getenv|dlopen|tmpfile|remove)$')"
    nothing 'neither the hash seed nor the sort asks the clock' \
        "$(cd "$DEPS/obj/lua" && nm -A lstate.o ltablib.o | grep -E ' U (time|clock|random)$')"
else
    skip 'Lua is a pinned version' "LUA=$LUA"
fi

# The build id.
tree=$TMPDIR/id
mkdir -p "$tree/src/base" "$tree/vendor"
cp -r scripts "$tree/"
cp vendor/*.txt "$tree/vendor/"
ln -s "$PWD/vendor/cache" "$tree/vendor/cache"
echo 'int x;' >"$tree/src/base/x.c"
id() { "$tree/scripts/build-id" 1.0 pinned | sed -n 's/.*rubric_build_id\[65\] = "\([0-9a-f]\{64\}\)";/\1/p'; }
first=$(id)
check 'the build id is a SHA-256' test "${#first}" = 64
echo 'int t;' >"$tree/src/base/x_test.c"
is 'a test does not change it' "$(id)" "$first"
touch -d '2001-01-01' "$tree/src/base/x.c"
is 'a time stamp does not change it' "$(id)" "$first"
echo 'int y;' >"$tree/src/base/x.c"
second=$(id)
check 'a source does' test "$second" != "$first"
mv "$tree/src/base/x.c" "$tree/src/base/y.c"
check 'so does its name' test "$(id)" != "$second"

done_testing
