#!/bin/sh
# scripts/bootstrap: does nothing twice, says what it will do, fails in one line.
set -u
. tests/lib/tap.sh

nanoseconds() { date +%s%N; }
before=$(nanoseconds)
said=$(scripts/bootstrap --all)
spent_ms=$((($(nanoseconds) - before) / 1000000))
is 'with all in place it says so' "$said" 'bootstrap: everything is in place'
check "and is done in less than a second ($spent_ms ms)" test "$spent_ms" -lt 1000

scripts/bootstrap --nonsense >"$TMPDIR/said" 2>&1
is 'an unknown option is wrong usage' "$?" 2
is 'and is named' "$(cat "$TMPDIR/said")" \
    "bootstrap: unknown option '--nonsense'; see scripts/bootstrap --help"
check '--help explains itself' sh -c "scripts/bootstrap --help | grep -q -- --dry-run"

# A machine that has none of it: its apt knows no such package, its cache is empty.
tree=$TMPDIR/tree
mkdir -p "$tree/vendor" "$tree/bin"
cp -r scripts "$tree/"
cp vendor/*.txt "$tree/vendor/"
tool() { # name body
    printf '#!/bin/sh\n%s\n' "$2" >"$tree/bin/$1"
    chmod +x "$tree/bin/$1"
}
tool dpkg-query 'exit 1'
tool apt-get 'echo "apt-get $*" >>"$TOUCHED"; exit 100'
tool apt-cache 'echo "$2:"; echo "  Candidate: (none)"'
tool sudo 'shift; while [ "${1#*=}" != "$1" ]; do shift; done; exec "$@"'
TOUCHED=$TMPDIR/touched
export TOUCHED
bare() { PATH="$tree/bin:$PATH" "$tree/scripts/bootstrap" "$@"; }

bare --all --dry-run >"$TMPDIR/said" 2>&1
is 'a dry run succeeds' "$?" 0
for word in libsqlite3-dev lua-busted 'lua 5.4.9' 'lpeg 1.1.0' 'yyjson 0.10.0' 'policy specs'; do
    check "a dry run names $word" grep -qF "$word" "$TMPDIR/said"
done
check_not 'a dry run touches nothing' test -f "$TOUCHED"
bare --build --dry-run >"$TMPDIR/said" 2>&1
check_not 'the build alone wants no test tools' grep -q busted "$TMPDIR/said"
bare --build --system --dry-run >"$TMPDIR/said" 2>&1
check 'the system flavour wants the distribution'"'"'s Lua' grep -q liblua5.4-dev "$TMPDIR/said"
check_not 'and no pinned one' grep -q 'lua 5.4.9' "$TMPDIR/said"

bare --build >"$TMPDIR/out" 2>"$TMPDIR/said"
is 'a package that cannot be had fails' "$?" 1
is 'in one line that names it' "$(sed 's/: libc6.*/: .../' "$TMPDIR/said")" \
    'bootstrap: no package source of this machine carries: ...'

tool dpkg-query 'shift 3; for name in "$@"; do echo "ii $name"; done'
bare --build >"$TMPDIR/out" 2>"$TMPDIR/said"
is 'a source that cannot be had fails' "$?" 1
is 'in one line that says what to do' "$(sed 's/sha256 [0-9a-f]*/sha256 .../' "$TMPDIR/said")" \
    'bootstrap: no mirror of this machine gives lua 5.4.9: put lua5.4_5.4.9.orig.tar.gz (sha256 ...) into vendor/cache/, or build with make LUA=system'

# Offline with the files in the cache.
cp -r vendor/cache "$tree/vendor/cache"
rm -f "$TOUCHED"
is 'with the cache filled it is content' "$(bare --build)" 'bootstrap: everything is in place'
check_not 'and never asked apt' test -f "$TOUCHED"
for file in "$tree/vendor/cache/"lua-lpeg*; do printf 'x' >>"$file"; done
check 'a spoilt file in the cache is fetched again' \
    sh -c "PATH='$tree/bin:$PATH' '$tree/scripts/bootstrap' --build --dry-run | grep -q 'source to fetch: lpeg'"

done_testing
