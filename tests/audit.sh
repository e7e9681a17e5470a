#!/bin/sh
# audit.sh - the log as an operator and an outsider meet it: every command of
# `rubric audit`, `rubric-verify`, and a second verifier in another language.
set -u
. tests/lib/tap.sh
verify=$BUILD/rubric-verify
home=$RUBRIC_HOME
work=$TMPDIR/work
mkdir -p "$work"
case=policies/cms/cases/a05-004b-first-injection.json

status() { # wanted what command...
    wanted=$1 what=$2
    shift 2
    said=$("$@" 2>&1)
    got=$?
    if [ "$got" = "$wanted" ]; then pass "$what"; else flunk "$what" "exit $got, not $wanted: $said"; fi
}
says() { # what pattern command...
    what=$1 pattern=$2
    shift 2
    said=$("$@" 2>&1)
    if printf '%s\n' "$said" | grep -Eq -- "$pattern"; then pass "$what"; else flunk "$what" "$said"; fi
}

status 5 'there is no log before the first answer' "$RUBRIC" audit list
for _ in 1 2 3; do "$RUBRIC" review --json "$case" >>"$work/answers"; done
cp "$home/anchor.log" "$work/anchor"
vkey=$("$RUBRIC" audit key list)
# Before the first answer stand the records of what it was made by.
one=$(jq .receipt.index "$work/answers" | sed -n 1p) two=$((one + 1)) three=$((one + 2))
is 'tables, policies and what is in force are on the log before they answer' \
    "$("$RUBRIC" audit list | awk '{ print $3 }' | xargs)" \
    'log.init table.install policy.install policy.activate determination determination determination'
printf '%s\n' "$vkey" >"$work/vkey"

# without a key: only as a trial
keyless() { "$RUBRIC" review --home "$work/keyless" "$@" "$case"; }
keyless >/dev/null 2>&1
rm "$work"/keyless/keys/*.key
status 5 'without its key the host answers nothing' keyless
says 'a trial needs none, and says so' 'UNSIGNED' keyless --dev
says 'also as JSON' '"logged":false,"receipt":null,"signature":"UNSIGNED"' keyless --dev --json
is 'a trial is not logged' "$("$RUBRIC" audit list --home "$work/keyless" --kind determination | wc -l)" 1
"$RUBRIC" review --home "$work/trial" --dev "$case" >/dev/null
nothing 'nor does it begin a log' "$(find "$work/trial" -name 'audit.db*' -o -name '*.key')"

# a batch says when it ran, and anchors
jq -c . "$case" >"$work/line"
"$RUBRIC" batch --home "$work/batched" "$work/line" >"$work/out" 2>"$work/err"
is 'a batch begins and ends on the log' \
    "$("$RUBRIC" audit list --home "$work/batched" | awk '{ print $3 }' | sed -n '2p;$p' | xargs)" 'host.start host.stop'
is 'and anchors at both' "$(cut -d' ' -f2 "$work/batched/anchor.log" | sed -n '2p;$p' | xargs)" \
    "2 $("$RUBRIC" audit checkpoint --home "$work/batched" | sed -n 2p)"
says 'the reserve of disk is for the operator to set' E-LOG-FULL \
    env RUBRIC_RESERVE_MIB=1000000000 "$RUBRIC" review --home "$work/batched" "$case"
RUBRIC_ANCHOR=$work/extra.anchor "$RUBRIC" review --home "$work/batched" "$case" >/dev/null
check 'an answer is anchored where the environment says' test -s "$work/extra.anchor"

# verify
status 3 'by itself the log is only consistent' "$RUBRIC" audit verify
status 0 'with a key it is sound' "$RUBRIC" audit verify --vkey "$vkey"
status 0 'with a key in a file too' "$RUBRIC" audit verify --vkey="$work/vkey"
status 0 'with an anchor it is sound' "$RUBRIC" audit verify --anchor "$work/anchor"
status 0 'with the answers it is sound' "$RUBRIC" audit verify --receipt "$work/answers"
status 0 'with everything at once' "$RUBRIC" audit verify --vkey "$vkey" --anchor "$work/anchor" \
    --receipt "$work/answers" --json
status 0 'without the sealed fields' "$RUBRIC" audit verify --records --vkey "$vkey"
status 0 'from a size on' "$RUBRIC" audit verify --from 2 --receipt "$work/answers"
says 'a log that does not reach the trusted size is cut' '^V8  --from 999, size: .* found the log ends at 7' \
    "$RUBRIC" audit verify --from 999
status 1 'which is a violation' "$RUBRIC" audit verify --from 999
status 2 'a log that is not there' "$RUBRIC" audit verify --db "$work/none.db"
status 2 'an anchor that is not there' "$RUBRIC" audit verify --anchor "$work/none"
status 0 'with every answer computed again' "$RUBRIC" audit verify --replay --vkey "$vkey"
says 'and counts those' '"replay":\{"different":0,"erased":0,"failed":0,"same":3,"unchecked":0\}' \
    "$RUBRIC" audit verify --replay --json
status 2 'a replay needs the home of the log' "$RUBRIC" audit verify --replay --db "$home/audit.db"
says 'verify counts what it saw' '"checked":7.*"violations":0' "$RUBRIC" audit verify --json

# show, list
says 'a record is shown by index' '^kind +determination' "$RUBRIC" audit show "$one"
status 4 'a record that is not there' "$RUBRIC" audit show 99
status 2 'opening needs a purpose' "$RUBRIC" audit show "$one" --open output
says 'an opened field is shown' '"schema":"rubric-answer/1"' \
    "$RUBRIC" audit show "$one" --open output --purpose audit
says 'and that is on the log' 'access' "$RUBRIC" audit list
is 'lists by policy' "$("$RUBRIC" audit list --policy cms.epidural-injections --kind determination | wc -l)" 3
is 'lists by case' "$("$RUBRIC" audit list --case A05-004B | wc -l)" 3
is 'lists by time' "$("$RUBRIC" audit list --since 2999-01-01 | wc -l)" 0
check 'every line of a list is JSON' sh -c "'$RUBRIC' audit list --json | jq -e . >/dev/null"
says 'a wrong word is answered with the right one' "did you mean 'rubric audit verify'" \
    "$RUBRIC" audit verfy
for command in verify show list prove consistency checkpoint anchor export erase hold retention \
    prune key add accept-rollback; do
    says "audit $command has help with an example" '^example:' "$RUBRIC" audit "$command" --help
done

# proofs, without the log
"$RUBRIC" audit prove "$two" -o "$work/2.tlog-proof"
"$RUBRIC" audit show "$two" --json | sed 's/^{"core":\(.*\),"fields":.*/\1/' | tr -d '\n' >"$work/core"
"$RUBRIC" audit checkpoint >"$work/old"
"$RUBRIC" audit export "$two" --open input,output --purpose appeal -o "$work/2.tar"
"$RUBRIC" audit consistency "$(sed -n 2p "$work/old")" -o "$work/growth"
"$RUBRIC" audit export --tiles "$work/tiles" >/dev/null
status 0 'rubric-verify accepts the proof' "$verify" proof --vkey "$vkey" --core "$work/core" "$work/2.tlog-proof"
status 0 'and the package' "$verify" package --vkey "$work/vkey" "$work/2.tar"
status 0 'and the growth from a kept checkpoint' "$verify" consistency --vkey "$vkey" --old "$work/old" "$work/growth"
status 0 'and the tiles' "$verify" tiles --vkey "$vkey" "$work/tiles"
status 0 'and the checkpoint' "$verify" note --vkey "$vkey" "$work/old"
says 'a package says what a letter prints' "code $("$RUBRIC" audit show "$two" | sed -n 's/^code *//p')" \
    "$verify" package --vkey "$vkey" "$work/2.tar"
status 2 'a package needs a key' "$verify" package "$work/2.tar"
status 2 'a file that is not there' "$verify" package --vkey "$vkey" "$work/none"
status 2 'rubric-verify shows its usage' "$verify"

sed "s/^index $two/index $one/" "$work/2.tlog-proof" >"$work/bad1"
sed '3d' "$work/2.tlog-proof" >"$work/bad2"
sed '3{p;}' "$work/2.tlog-proof" >"$work/bad3"
sed 's/"pend"\|"approve"\|"refer"/"xxxxx"/' "$work/core" >"$work/badcore"
for bad in bad1 bad2 bad3; do
    status 1 "a changed proof is rejected: $bad" "$verify" proof --vkey "$vkey" --core "$work/core" "$work/$bad"
done
status 1 'a changed record is rejected' "$verify" proof --vkey "$vkey" --core "$work/badcore" "$work/2.tlog-proof"
(cd "$work" && mkdir -p untar && cd untar && tar xf ../2.tar && sed -i 's/A05/A06/' fields/output.body &&
    tar cf ../bad.tar --format=ustar README core.json core.tlog-proof vkey.txt fields/*)
status 1 'a changed field is rejected' "$verify" package --vkey "$vkey" "$work/bad.tar"
"$RUBRIC" audit export "$two" --with-policy -o "$work/policy.tar"
says 'a package may have its policy' 'with 0 opened fields and its policy' \
    "$verify" package --vkey "$vkey" "$work/policy.tar"
members='README core.json core.tlog-proof vkey.txt'
repack() { # name what: the package with what was done to its files in $work/untar
    # Word splitting is meant: one name each.
    # shellcheck disable=SC2086
    (cd "$work/untar" && tar cf "../$1" --format=ustar --hard-dereference $2)
    said=$("$verify" package --vkey "$vkey" "$work/$1" 2>&1)
    printf '%s %s\n' $? "$said"
}
status 2 'a package and JSON are not both on standard output' "$RUBRIC" audit export "$two" --json
is 'with a file they are' "$("$RUBRIC" audit export "$two" --json -o "$work/json.tar" | jq -c '[.entry, .bytes > 4096]')" \
    "[$two,true]"
rm -rf "$work/untar" && mkdir "$work/untar" && tar xf "$work/policy.tar" -C "$work/untar"
is 'packed anew it is the same' "$(repack again.tar "$members bundle.json" | cut -c1-11)" '0 accepted:'
cp "$work/untar/core.json" "$work/held"
printf ' ' >>"$work/untar/bundle.json"
is 'another policy is rejected' "$(repack other.tar "$members bundle.json")" \
    '1 rejected: the policy is not the one that the core names'
"$RUBRIC" audit prove "$one" -o "$work/untar/core.tlog-proof"
is 'a proof of another index is rejected' "$(repack proof.tar "$members" | cut -c1-11)" '1 rejected:'
tar xf "$work/policy.tar" -C "$work/untar"
is 'what comes twice is rejected' "$(repack twice.tar "$members core.json")" \
    "1 rejected: the package has 'core.json' twice"
: >"$work/untar/letter.txt"
is 'and what proves nothing' "$(repack more.tar "$members letter.txt")" \
    "1 rejected: 'letter.txt' is no part of a package"
cat "$work/policy.tar" "$work/policy.tar" >"$work/behind.tar"
says 'and what is behind the end' 'there is something behind the end' \
    "$verify" package --vkey "$vkey" "$work/behind.tar"
head -c 2000 "$work/policy.tar" >"$work/short.tar"
status 1 'and a package cut short' "$verify" package --vkey "$vkey" "$work/short.tar"
cp -r "$work/tiles" "$work/badtiles"
for file in $(find "$work/badtiles/tile" -type f); do
    cp "$file" "$work/held"
    spoil "$file" 40
    status 1 "a changed tile is rejected: ${file##*/tile/}" "$verify" tiles --vkey "$vkey" "$work/badtiles"
    cp "$work/held" "$file"
done

for file in $(find "$work/badtiles/tile/0" -type f -name '[0-9]*'); do
    cp "$file" "$work/held"
    truncate -s -32 "$file"
    status 1 "a tile cut short is rejected: ${file##*/tile/}" "$verify" tiles --vkey "$vkey" "$work/badtiles"
    cat "$work/held" "$work/held" >"$file"
    status 1 'and one too long' "$verify" tiles --vkey "$vkey" "$work/badtiles"
    mv "$file" "$file-1"
    status 1 'and one of another name' "$verify" tiles --vkey "$vkey" "$work/badtiles"
done

# raw numbers and hashes
a=$(printf 'a' | sha256sum | xxd -r -p | base64) # a leaf hash, as good as any
echo "{\"leafIdx\":0,\"treeSize\":1,\"root\":\"$a\",\"leafHash\":\"$a\",\"proof\":[]}" >"$work/raw"
status 0 'a raw inclusion proof' "$verify" proof "$work/raw"
status 2 'for which no key speaks' "$verify" proof --vkey "$vkey" "$work/raw"
sed 's/"treeSize":1/"treeSize":2/' "$work/raw" >"$work/raw2"
status 1 'a raw proof of the wrong length' "$verify" proof "$work/raw2"
sed 's/"root":"[^"]*"/"root":"AAAA"/' "$work/raw" >"$work/raw3"
status 1 'a root that is no hash' "$verify" proof "$work/raw3"
echo "{\"size1\":1,\"size2\":1,\"root1\":\"$a\",\"root2\":\"$a\",\"proof\":null}" >"$work/raw4"
status 0 'a raw consistency proof' "$verify" consistency "$work/raw4"
status 2 'nor for this one' "$verify" consistency --vkey "$vkey" "$work/raw4"
sed 's/"size1":1/"size1":0/' "$work/raw4" >"$work/raw5"
status 1 'a start at size 0' "$verify" consistency "$work/raw5"
echo 'nonsense' >"$work/raw6"
status 2 'raw input that is not JSON' "$verify" consistency "$work/raw6"

# a second verifier, in another language
if command -v python3 >/dev/null; then
    second() { python3 docs/verify-proof.py "$vkey" "$1" "$2"; }
    status 0 'the reference accepts the same proof' second "$work/core" "$work/2.tlog-proof"
    for bad in bad1 bad2 bad3; do
        status 1 "the reference rejects $bad" second "$work/core" "$work/$bad"
    done
    status 1 'the reference rejects the changed record' second "$work/badcore" "$work/2.tlog-proof"
else
    skip 'the reference verifier' 'there is no python3 here'
fi

# canonical JSON
printf '{"b":1e2,"a":[1.50,"\\u00e9"]}' >"$work/json"
is 'canonical JSON' "$("$RUBRIC" canonical-json "$work/json")" '{"a":[1.5,"é"],"b":100}'
printf '{"a":1,"a":2}' >"$work/json2"
status 1 'canonical JSON refuses a key that comes twice' "$RUBRIC" canonical-json "$work/json2"
status 2 'canonical JSON of a file that is not there' "$RUBRIC" canonical-json "$work/none"

# what an operator may do
says 'erasing is shown before it is done' 'nothing was erased' \
    "$RUBRIC" audit erase --entry "$three" --basis misfiled-document --approver p7
status 0 'a field is erased' "$RUBRIC" audit erase --entry "$three" --labels input,reads \
    --basis misfiled-document --approver p7 --yes
says 'the record says so' '^input +erased, see entry' "$RUBRIC" audit show "$three"
status 0 'old answers still prove the log' "$RUBRIC" audit verify --receipt "$work/answers"
status 0 'a replay of it is no failure' "$RUBRIC" replay "$three"
status 0 'nor for verify' "$RUBRIC" audit verify --replay --vkey "$vkey"
says 'which counts it by itself' '"erased":1,"failed":0,"same":2' "$RUBRIC" audit verify --replay --json
status 0 'a hold is set' "$RUBRIC" audit hold set docket-77 --case A05-004B --reason litigation
says 'and listed' '^docket-77' "$RUBRIC" audit hold list
status 4 'a young record is not pruned' "$RUBRIC" audit prune --before 2
says 'and the rule that keeps it is named' "entry 0 must be kept until 20[0-9-]*, 6 years by the rule 'default'" \
    "$RUBRIC" audit prune --before 2
says 'nor can a run shorten it' "6 years by the rule 'default'" "$RUBRIC" audit prune --before 2 --keep-years 1
status 0 'a payer has its own rule' "$RUBRIC" audit retention set 'Example Health Plan' --years 12 --reason contract
is 'the rules are listed' "$("$RUBRIC" audit retention list | sed 's/  */ /g; s/entry .*/entry N/')" \
    'default 6 years
example-health-plan 12 years, set by entry N
medicare-advantage 10 years'
is 'also as JSON' "$("$RUBRIC" audit retention list --json | jq -r '.name, .years' | xargs)" \
    'default 6 example-health-plan 12 medicare-advantage 10'
status 0 'the log knows of it' "$RUBRIC" audit verify --vkey "$vkey"
status 0 'a rule is dropped' "$RUBRIC" audit retention drop example-health-plan --reason ended
status 4 'but not twice' "$RUBRIC" audit retention drop example-health-plan --reason ended
status 2 'a rule has years' "$RUBRIC" audit retention set acme --reason contract
status 2 'and a reason' "$RUBRIC" audit retention set acme --years 8
status 2 'and a name' "$RUBRIC" audit retention set '...' --years 8 --reason contract
status 2 'prune needs to know what' "$RUBRIC" audit prune
says 'young checkpoints stay' '^0 checkpoints were dropped' "$RUBRIC" audit prune --checkpoints
status 0 'the hold is released' "$RUBRIC" audit hold release docket-77 --reason closed
status 0 'a key is added' "$RUBRIC" audit key add
is 'two keys sign' "$("$RUBRIC" audit checkpoint | grep -c '^—')" 2
status 0 'the first key is retired' "$RUBRIC" audit key retire "$vkey"
is 'one key signs' "$("$RUBRIC" audit checkpoint | grep -c '^—')" 1
status 0 'the first key still leads to the newest record' "$RUBRIC" audit verify --vkey "$vkey"
status 0 'an anchor file is added' "$RUBRIC" audit anchor --add "$work/second.anchor"
status 0 'the log is anchored' "$RUBRIC" audit anchor
is 'in both files' "$(tail -n 1 "$work/second.anchor" | cut -d' ' -f1-3)" "$(tail -n 1 "$home/anchor.log" | cut -d' ' -f1-3)"
status 0 'the anchor outside proves the log' "$RUBRIC" audit verify --anchor "$work/second.anchor"

# what people do about an answer
printf 'The chart of Zebulon shows four weeks of therapy.' >"$work/why"
status 2 'an adverse decision needs a role and a licence' \
    "$RUBRIC" audit add review --entry "$two" --decision adverse --text "$work/why"
status 2 'and is no override' "$RUBRIC" audit add override --entry "$two" --decision adverse --role physician --licence MD
status 2 'an override changes something' "$RUBRIC" audit add override --entry "$two"
status 2 'a decision is a code' "$RUBRIC" audit add review --entry "$two" --decision 'not for Zebulon'
status 2 'so is a reason' "$RUBRIC" audit hold set docket-79 --reason 'because of Zebulon'
status 2 'and a purpose' "$RUBRIC" audit show "$two" --open input --purpose 'I was curious'
status 2 'a change is written in one way' "$RUBRIC" audit add override --entry "$two" --change 'therapy=met'
status 2 'with the words of answers' "$RUBRIC" audit add override --entry "$two" --change 'therapy=met:denied:x'
status 4 'there is nothing to review' "$RUBRIC" audit add review --entry 999
before=$("$RUBRIC" audit checkpoint | sed -n 2p)
says 'a review is a record' "entry $before of" "$RUBRIC" audit add review --entry "$two" --decision adverse \
    --role physician --licence MD --actor dr-7 --text "$work/why" \
    --change 'conservative-care=not_met:met:new-evidence'
says 'with who decided what' '"changes":\[\{"criterion":"conservative-care","from":"not_met","reason_code":"new-evidence","to":"met"\}\],"decision":"adverse"' \
    "$RUBRIC" audit show "$before"
says 'and as what' '"actor":\{"id":"dr-7","role":"physician","type":"user"\}.*"licence":"MD"' "$RUBRIC" audit show "$before"
nothing 'the words are sealed' "$("$RUBRIC" audit show "$before" --json | grep Zebulon)"
says 'and can be opened' 'four weeks of therapy' "$RUBRIC" audit show "$before" --open text --purpose audit
# the everyday story: a paper that was filed under the wrong patient (A-81)
printf 'The chart of Ottilie, who is somebody else.' >"$work/paper"
"$RUBRIC" audit add evidence --entry "$two" --document "$work/paper" >/dev/null
wrong=$("$RUBRIC" audit list --kind evidence | awk 'END { print $1 }')
"$RUBRIC" audit prove "$wrong" -o "$work/wrong.tlog-proof"
"$RUBRIC" audit show "$wrong" --json | sed 's/^{"core":\(.*\),"fields":.*/\1/' | tr -d '\n' >"$work/wrongcore"
says 'what would go is the paper alone' "^would erase  'document' of entry $wrong\$" \
    "$RUBRIC" audit erase --entry "$wrong" --labels document --basis misfiled-document --approver p7
status 0 'a misfiled paper is erased' "$RUBRIC" audit erase --entry "$wrong" --labels document \
    --basis misfiled-document --approver p7 --yes
nothing 'no file of the log has it any more' "$(grep -l Ottilie "$home"/audit.db*)"
says 'its record stays, under its case' "^ *$wrong .*evidence" "$RUBRIC" audit list --case A05-004B
status 0 'and its proof holds' "$verify" proof --vkey "$("$RUBRIC" audit key list | grep -v until)" --core "$work/wrongcore" "$work/wrong.tlog-proof"
says 'the answer of that case replays' 'the same answer' "$RUBRIC" replay "$two"
status 0 'the paper goes to the right case' "$RUBRIC" audit add evidence --entry "$one" --document "$work/paper"
status 0 'and the log is as sound as before' "$RUBRIC" audit verify --vkey "$vkey" --receipt "$work/answers"
for kind in override evidence letter p2p appeal; do
    status 0 "so is: $kind" "$RUBRIC" audit add $kind --entry "$two" --decision pend --document "$work/why"
done
status 0 'a record is corrected by another' "$RUBRIC" audit add review --entry "$before" --corrects --decision pend
says 'and says which' "\"corrects\":$before" "$RUBRIC" audit list --json --kind review
is 'all are found by the case' "$("$RUBRIC" audit list --case A05-004B --kind appeal | wc -l)" 1
status 0 'and the log is sound' "$RUBRIC" audit verify --vkey "$vkey"

# a program that signs, and one that keeps the anchors
outsiders() {
    seed=$(printf '302e020100300506032b657004220420'; printf 'outside' | sha256sum | cut -c1-64)
    printf '%s' "$seed" | xxd -r -p >"$work/outside.der"
    origin=$("$RUBRIC" audit checkpoint | head -n 1)
    {
        printf '\001'
        openssl pkey -inform DER -in "$work/outside.der" -pubout -outform DER | tail -c 32
    } >"$work/public"
    {
        printf '%s\n' "$origin"
        cat "$work/public"
    } | sha256sum | cut -c1-8 >"$work/id"
    outside="$origin+$(cat "$work/id")+$(base64 -w 0 "$work/public")"
    cat >"$work/sign" <<END
#!/bin/sh
[ ! -e '$work/asleep' ] || exit 1
cat >'$work/text'
{ xxd -r -p '$work/id'; openssl pkeyutl -sign -rawin -keyform DER -inkey '$work/outside.der' -in '$work/text'; } |
    base64 -w 0 | sed 's|.*|— $origin &|'
echo
END
    cat >"$work/keep" <<END
#!/bin/sh
cat >>'$work/kept'
END
    printf '#!/bin/sh\ncat >/dev/null; echo nonsense\n' >"$work/liar"
    chmod +x "$work/sign" "$work/keep" "$work/liar"
    status 2 'a signer comes with its key' "$RUBRIC" audit key add --signer "$work/sign"
    status 2 'and is named by its whole path' "$RUBRIC" audit key add --signer sign --vkey "$outside"
    status 4 'a key of another name is refused' "$RUBRIC" audit key add --signer "$work/sign" --vkey "$vkey-"
    says 'what is no signature stops the log' E-LOG-SIGNER \
        "$RUBRIC" audit key add --signer "$work/liar" --vkey "$outside"
    status 0 'a program outside becomes a signer' "$RUBRIC" audit key add --signer "$work/sign" --vkey "$outside"
    second=$("$RUBRIC" audit key list | grep -v -e until -e "$outside")
    status 0 'the key in the home is retired' "$RUBRIC" audit key retire "$second"
    status 0 'answers are signed outside' "$RUBRIC" review "$case"
    status 0 'and checked with its key' "$RUBRIC" audit verify --vkey "$outside"
    status 0 'or the first of the log' "$RUBRIC" audit verify --vkey "$vkey"
    size=$("$RUBRIC" audit checkpoint | sed -n 2p)
    : >"$work/asleep"
    "$RUBRIC" review --json "$case" >"$work/unsigned" 2>"$work/err"
    is 'without a signature nothing is answered' "$? $(cat "$work/unsigned")" '74 '
    says 'and the reason is said' E-LOG-COMMAND cat "$work/err"
    rm "$work/asleep"
    is 'nor logged' "$("$RUBRIC" audit checkpoint | sed -n 2p)" "$size"
    status 0 'a program keeps anchors too' "$RUBRIC" audit anchor --add-command "$work/keep"
    status 0 'it got the checkpoint' "$verify" note --vkey "$outside" "$work/kept"
    status 0 'which proves the log' "$RUBRIC" audit verify --anchor "$work/kept"
    says 'it is listed' "$work/keep" "$RUBRIC" audit anchor --list
    status 2 'an anchor program is named by its whole path' "$RUBRIC" audit anchor --add-command keep
    chmod -x "$work/keep"
    "$RUBRIC" audit hold set docket-78 --reason litigation >"$work/out"
    status 74 'one that fails is told of' "$RUBRIC" audit anchor
    chmod +x "$work/keep"
}
if command -v openssl >/dev/null && command -v xxd >/dev/null; then
    outsiders
else
    skip 'a program that signs' 'there is no openssl or xxd here'
fi

# a file system that cannot be written
reading() {
    cp -r "$home" "$work/reading"
    if [ "$(id -u)" = 0 ]; then
        unshare -m sh -c "mount --bind '$work/reading' '$work/reading' &&
            mount -o remount,ro,bind '$work/reading' && exec \"\$@\"" sh "$@" --home "$work/reading"
    else
        chmod 500 "$work/reading"
        "$@" --home "$work/reading"
    fi
    got=$?
    chmod 700 "$work/reading"
    rm -r "$work/reading"
    return $got
}
if [ "$(id -u)" != 0 ] || unshare -m true 2>/dev/null; then
    status 0 'a record is shown where nothing can be written' reading "$RUBRIC" audit show "$one"
    status 0 'and the log is verified there' reading "$RUBRIC" audit verify --vkey "$vkey"
else
    skip 'a log that cannot be written' 'mounts are not allowed here'
fi

# a rolled back log
cp "$home/audit.db" "$work/yesterday.db"
"$RUBRIC" review --json "$case" >/dev/null
"$RUBRIC" audit anchor >/dev/null
cp "$work/yesterday.db" "$home/audit.db"
status 75 'a restored old copy answers nothing' "$RUBRIC" review "$case"
status 1 'verify finds it by the anchor' "$RUBRIC" audit verify --anchor "$work/second.anchor"
status 0 'an operator accepts the gap' "$RUBRIC" audit accept-rollback --reason restored-backup
says 'the new log names it' '"continues"' "$RUBRIC" audit show 0
status 0 'and goes on' "$RUBRIC" review "$case"

# privacy: what may be exported or printed names no patient
patient=$(sed -n 's/.*"birthDate": *"\([0-9-]*\)".*/\1/p' "$case" | head -n 1)
nothing 'cores and tiles name no patient' "$("$RUBRIC" audit list --json | sed 's/"fields":.*//' |
    grep -e A05-004B ${patient:+-e "$patient"}; grep -rl -e A05-004B ${patient:+-e "$patient"} "$work/tiles")"

done_testing
