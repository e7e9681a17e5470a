#!/bin/sh
# The arrows between the rooms of src/, read from the includes.
set -u
. tests/lib/tap.sh

# Which rooms a room may include; what is not named here is nobody's business.
arrows='
base:   base
codes:  codes base
judge:  judge codes base
lua:    lua judge codes base
store:  store base
audit:  audit base
host:   host lua judge codes store audit base
http:   http host lua judge codes store audit base
cli:    cli host lua judge codes store audit base
main:   cli http host base
'
# Which rooms may include a foreign header: "header rooms...".
walls='
lua.h      lua
lauxlib.h  lua
lualib.h   lua
sqlite3.h  store audit codes
'

# Prints "file: why" of each include below $1/src that no arrow allows.
crossings() {
    (cd "$1" && find src -name '*.[ch]' | sort | xargs grep -HnE '^[[:space:]]*#[[:space:]]*include') |
        awk -F: -v arrows="$arrows" -v walls="$walls" '
        BEGIN {
            n = split(arrows, row, "\n")
            for (i = 1; i <= n; i++)
                if (m = split(row[i], word, "[: ]+"))
                    for (j = 2; j <= m; j++) allowed[word[1], word[j]] = 1
            n = split(walls, row, "\n")
            for (i = 1; i <= n; i++)
                if (m = split(row[i], word, " +"))
                    for (j = 2; j <= m; j++) { walled[word[1]] = 1; may[word[1], word[j]] = 1 }
        }
        {
            split($1, path, "/")
            room = path[3] == "" ? "main" : path[2]
            header = $3
            quoted = header ~ /"/
            gsub(/^[^<"]*[<"]|[>"].*$/, "", header)
            leaf = header
            sub(/.*\//, "", leaf)
            if (leaf in walled && !((leaf, room) in may))
                print $1 ":" $2 ": " room " may not include " leaf
            if (!quoted) next
            if (split(header, to, "/") < 2)
                print $1 ":" $2 ": include \"" header "\" names no room"
            else if (!((room, to[1]) in allowed))
                print $1 ":" $2 ": " room " may not include " to[1]
        }'
}

nothing 'every include of src/ follows an arrow' "$(crossings .)"

plant() { # file include
    mkdir -p "$TMPDIR/plant/$(dirname "$1")"
    printf '#include <stdio.h>\n  #  include %s\n' "$2" >"$TMPDIR/plant/$1"
    found=$(crossings "$TMPDIR/plant")
    rm -rf "$TMPDIR/plant"
    printf '%s' "$found"
}
is 'a planted upward arrow is seen' "$(plant src/base/x.c '"judge/tree.h"')" \
    'src/base/x.c:2: base may not include judge'
is 'Lua in the judge is seen' "$(plant src/judge/x.h '<lua.h>')" \
    'src/judge/x.h:2: judge may not include lua.h'
is 'Lua behind a folder is seen' "$(plant src/host/x.c '<lua5.4/lauxlib.h>')" \
    'src/host/x.c:2: host may not include lauxlib.h'
is 'SQLite in the command line is seen' "$(plant src/cli/x.c '<sqlite3.h>')" \
    'src/cli/x.c:2: cli may not include sqlite3.h'
is 'an include without a room is seen' "$(plant src/base/x.c '"err.h"')" \
    'src/base/x.c:2: include "err.h" names no room'
is 'a test obeys its room too' "$(plant src/audit/x_test.c '"store/store.h"')" \
    'src/audit/x_test.c:2: audit may not include store'
is 'main may not reach past the commands' "$(plant src/main.c '"judge/tree.h"')" \
    'src/main.c:2: main may not include judge'
is 'a room nobody named may include nothing' "$(plant src/new/x.c '"base/err.h"')" \
    'src/new/x.c:2: new may not include base'
nothing 'an allowed arrow is let through' "$(plant src/host/x.c '"audit/log.h"')"
nothing 'Lua is let into src/lua' "$(plant src/lua/x.c '<lua.h>')"

payers=$(find policies -mindepth 1 -maxdepth 1 -type d ! -name '_*' ! -name shared -exec basename '{}' ';' | sort | paste -sd'|' -)
nothing 'the prelude names no payer' "$(grep -rnwiE "${payers:-no-payer-yet}" src/prelude --include='*.lua')"
nothing 'the policies know nothing of FHIR' "$(grep -rniw 'fhir' policies --include='*.lua')"

done_testing
