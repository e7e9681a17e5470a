#!/bin/sh
# A case or a policy that is larger costs in proportion: instructions are
# counted, not time, so that nobody else on the machine matters.
set -u
. tests/lib/tap.sh

judge=$BUILD/test/judge/growth_test
if ! command -v valgrind >/dev/null 2>&1 || [ ! -x "$judge" ] || [ -n "${SAN:-}" ]; then
    skip 'work is in proportion to size' 'it is counted with valgrind, without sanitizers'
    done_testing
fi

"$RUBRIC" policy show --json tests/bench/words.lua >"$TMPDIR/words.tree" || flunk 'the bench policy loads'

# The part of a case that is the same in all, without its last brace.
head='{"schema":"rubric-case/1","caseId":"K","asOf":"2026-01-29","request":{"lines":[{"sequence":1,"system":"cpt","code":"64483","bodySite":{"region":"lumbar","level":["L4-L5"],"laterality":"right"},"src":["s1"]}]},"patient":{"memberId":"M","birthDate":"1967-05-20","src":["s1"]}'
sources=',"sources":{"s1":{"kind":"claim"}}'

# many COUNT FORMAT: so many times the format, its %d's a number and a day, with commas
many() { awk -v n="$1" -v f="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s" f, i ? "," : "", i, i % 28 + 1 }'; }

procedures() {
    printf '%s%s,"complete":{"procedures":{"from":"2023-12-01","src":["s1"]}},"procedures":[' "$head" "$sources"
    many "$1" '{"id":"p%d","code":{"system":"cpt","code":"64483"},"kind":"epidural-injection","status":"completed","performed":"2025-10-%02d","bodySite":{"region":"lumbar","level":["L4-L5"],"laterality":"right"},"outcome":{"reliefPercent":50},"src":["s1"]}'
    printf ']}'
}
scores() {
    printf '%s%s,"observations":[' "$head" "$sources"
    many "$1" '{"id":"o%d","name":"pain-nrs","effective":"2025-10-%02d","value":{"number":7,"scale":[0,10]},"src":["s1"]}'
    printf ']}'
}
therapies() {
    printf '%s%s,"treatments":[' "$head" "$sources"
    many "$1" '{"id":"t%d","kind":"physical-therapy","status":"completed","period":{"start":"2025-10-%02d","end":"2025-12-01"},"outcome":{"result":"failed"},"src":["s1"]}'
    printf ']}'
}
documents() { # each with a source that quotes it
    printf '%s,"documents":[' "$head"
    many "$1" '{"id":"d%d","title":"Note %d","text":"Pain today: 7 of 10. Walks one block; sleep is broken, work is not possible."}'
    printf '],"sources":{"s1":{"kind":"claim"},'
    many "$1" '"q%d":{"kind":"document","doc":"d0","span":[0,20],"quote":"Pain today: 7 of 10."}' | sed 's/}$/}/'
    printf '}}'
}
lines() {
    printf '%s' "$head" | sed 's/"lines":\[.*\]},"patient/"lines":[LINES]},"patient/' | awk -v n="$1" '
        { split($0, part, "LINES"); printf "%s", part[1]
          for (i = 1; i <= n; i++) printf "%s{\"sequence\":%d,\"system\":\"cpt\",\"code\":\"64483\",\"bodySite\":{\"region\":\"lumbar\"}}", (i > 1 ? "," : ""), i
          printf "%s", part[2] }'
    printf '%s}' "$sources"
}

# The criteria of the bench policy, again and again under other names.
policy() {
    awk -v n="$1" -v RS='\ncriterion ' '
        NR == 1 { printf "%s", $0; next }
        { text[NR - 2] = $0; kinds = NR - 1 }
        END { for (i = 0; i < n; i++) { one = text[i % kinds]; sub(/"/, "\"c" i "-", one); printf "\ncriterion %s", one } }' \
        tests/bench/words.lua
}

work() { # tree case
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$judge" "$1" "$2" 2>&1 |
        awk '/Collected/ { print $4; found = 1 } END { if (!found) print 0 }'
}

# What comes on top from N to 4 N is at most 3.6 times what comes from N to 2 N:
# 3 times for a straight line, 5 times for a square.
straight() { # what first second third
    if [ "$2" -gt 0 ] && awk -v a="$2" -v b="$3" -v c="$4" 'BEGIN { exit !(b > a && c - a < 3.6 * (b - a)) }'; then
        pass "$1"
    else
        flunk "$1" "instructions: $2, $3, $4"
    fi
}

grow() { # kind N
    for times in 1 2 4; do
        "$1" $(($2 * times)) >"$TMPDIR/$1-$times.json"
    done
    straight "$1: work is in proportion to their number" \
        "$(work "$TMPDIR/words.tree" "$TMPDIR/$1-1.json")" \
        "$(work "$TMPDIR/words.tree" "$TMPDIR/$1-2.json")" \
        "$(work "$TMPDIR/words.tree" "$TMPDIR/$1-4.json")"
}

grow procedures 300
grow scores 300
grow therapies 300
grow documents 300
grow lines 25

procedures 3 >"$TMPDIR/full.json"
lines 1 >"$TMPDIR/silent.json"
for times in 1 2 4; do
    policy $((100 * times)) >"$TMPDIR/c$times.lua"
    "$RUBRIC" policy show --json "$TMPDIR/c$times.lua" >"$TMPDIR/c$times.tree" || flunk "a policy of $((100 * times)) criteria loads"
done
for one in full silent; do
    straight "criteria: work is in proportion to their number, on a $one case" \
        "$(work "$TMPDIR/c1.tree" "$TMPDIR/$one.json")" \
        "$(work "$TMPDIR/c2.tree" "$TMPDIR/$one.json")" \
        "$(work "$TMPDIR/c4.tree" "$TMPDIR/$one.json")"
done

straight 'a planted straight line is one' 1000 2000 4000
is 'a planted square is none' "$(straight square 1000000 4000000 16000000 2>&1 | head -n 1 | cut -d' ' -f1)" not
done_testing
