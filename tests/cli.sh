#!/bin/sh
#
# cli.sh - the command line as a user meets it: help, completion, messages,
# exit statuses, and output that cannot be delivered.
set -u
. tests/lib/tap.sh
PATH=$BUILD:$PATH
work=${TMPDIR:-/tmp}/cli
mkdir -p "$work"
export RUBRIC_HOME="$work/home"
case=tests/cli/example.json
policy=tests/cli/example.lua

# Runs rubric with its streams kept apart: status, $work/out and $work/err.
run() {
    rubric "$@" >"$work/out" 2>"$work/err"
    status=$?
}

said() { # what status text-on-stderr
    is "$1" "$status
$(cat "$work/err")" "$2
$3"
}

# --- help -------------------------------------------------------------------

run
is "no command at all is a mistake that shows the commands" \
    "$status $(grep -c 'for reviewers:' "$work/out")" "2 1"
run reviw
said "an unknown command is named with the nearest" 2 \
    "rubric: there is no command 'reviw'
  help: did you mean 'rubric review'? 'rubric help' lists all
  (E-COMMAND)"
run zzzzzz
said "a word that is near nothing gets the list" 2 \
    "rubric: there is no command 'zzzzzz'
  help: 'rubric help' lists the commands
  (E-COMMAND)"
run review --jsn x
said "an unknown option is named with the nearest" 2 \
    "rubric: there is no option '--jsn': did you mean '--json'?
  help: see 'rubric review --help'
  (E-USAGE)"
run review
said "a review of nothing is a mistake" 2 \
    "rubric: no case was named
  help: see 'rubric review --help'
  (E-USAGE)"
run review --as-of 2026-02-30 "$case"
said "a day that does not exist is a mistake" 2 \
    "rubric: '--as-of' takes a day as 2026-03-10, not '2026-02-30'
  help: see 'rubric review --help'
  (E-USAGE)"

commands=$(rubric help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
tables='review which check policy test batch replay doctor help version completion'
for command in $tables; do
    case " $(echo $commands) " in
    *" $command "*) pass "$command is listed by help" ;;
    *) flunk "$command is listed by help" "$commands" ;;
    esac
    run "$command" --help
    is "$command --help has its parts" \
        "$status $(grep -cE '^(usage:|options:|example:|exit status:)' "$work/out")" "0 4"
    wide=$(awk 'length > 90' "$work/out")
    nothing "$command --help fits its page" "$wide"
done
for command in $commands; do
    check "$command --help succeeds" rubric "$command" --help
done

# --- one table, four readers ---------------------------------------------------

rubric completion bash >"$work/rubric.bash"
rubric completion zsh >"$work/rubric.zsh"
rubric manual >"$work/rubric.1"
check "the bash completion is bash" bash -n "$work/rubric.bash"

complete() { # words..., the last one to be completed
    bash -c '. "$1"; shift; COMP_WORDS=(rubric "$@"); COMP_CWORD=$#; _rubric
        printf "%s\n" "${COMPREPLY[@]}"' bash "$work/rubric.bash" "$@" | sort
}

# The commands behind a word: "audit show", "codes import".
words=$(sed -n 's/^\.SS rubric \([a-z]* [a-z-]*\) .*/\1/p' "$work/rubric.1" | grep -E '^(audit|codes) ')
check "the manual has the commands behind audit and codes" test "$(echo "$words" | wc -l)" -gt 15
{ printf '%s\n' $tables; echo "$words"; } >"$work/commands"
while read -r command; do
    # shellcheck disable=SC2086
    wanted=$(rubric $command --help </dev/null | grep -oE '^  .{4}--[a-z-]+' | grep -oE -e '--[a-z-]+' | sort)
    # shellcheck disable=SC2086
    is "bash completes every option of $command" "$(complete $command --)" "$wanted"
    there=$(sed -n "/^    '$command')/,/;;\$/p" "$work/rubric.zsh" |
        grep -oE -e "--[a-z-]+[[}]" | tr -d '[}' | sort -u)
    is "zsh completes every option of $command" "$there" "$wanted"
    there=$(sed -n "/^.SS rubric $command /,/^.PP/p" "$work/rubric.1" |
        sed -n 's/^\\fB.*\\-\\-\([a-z\\-]*\)\\fR.*/--\1/p' | tr -d '\\' | sort)
    is "the manual has every option of $command" "$there" "$(echo "$wanted" | grep -v '^--help$')"
done <"$work/commands"
is "bash completes the choices of an option" "$(complete review --tree '' | xargs)" "all open selected"
is "bash completes a command" "$(complete rev)" "review"
is "bash completes the words of a command" "$(complete policy '' | xargs)" "clear list show status"
is "bash completes the commands behind a word" "$(complete audit ver)" "verify"

# --- output that does not arrive --------------------------------------------

if [ -c /dev/full ]; then
    rubric help >/dev/full 2>"$work/err"
    status=$?
    said "a full disk under the output is an error" 5 \
        "rubric: the output cannot be written: No space left on device
  help: what was answered is in the audit log: 'rubric audit show INDEX'
  (E-OUTPUT)"
    rubric review --policy "$policy" "$case" >/dev/full 2>"$work/err"
    is "also under an answer, said once" "$? $(grep -c E-OUTPUT "$work/err")" "5 1"
else
    skip "a full disk under the output is an error" "no /dev/full"
fi
rubric review --json --policy "$policy" "$case" >&- 2>"$work/err"
status=$?
said "an output that is closed is an error" 5 \
    "rubric: the output cannot be written: Bad file descriptor
  help: what was answered is in the audit log: 'rubric audit show INDEX'
  (E-OUTPUT)"
rubric review --policy "$policy" "$case" <&- 2>&- >"$work/out"
is "the others may be closed" "$? $(head -1 "$work/out")" "0 approve: all 2 criteria that apply are met"
(ulimit -f 60 && rubric review --home "$work/limited" --policy "$policy" "$case" 2>&1 | grep -c E-LOG-STORE) \
    >"$work/out"
is "a file at its size limit is a full disk, not an end without words" "$(cat "$work/out")" 1
rubric review --home "$work/limited" --policy "$policy" "$case" >"$work/out" 2>&1
is "and the log goes on when there is room" "$? $(head -1 "$work/out")" \
    "0 approve: all 2 criteria that apply are met"
said=$( (rubric help; echo "status $?" >&2) 2>&1 >/dev/null | cat)
is "an output that is read succeeds" "$said" "status 0"
bash -c 'for i in {1..2000}; do cat "$1" | tr -d "\n"; echo; done' x "$case" >"$work/many"
bash -c 'set -o pipefail; rubric batch --no-audit --policy "$1" "$2" | head -1 >/dev/null' \
    x "$policy" "$work/many" 2>"$work/err"
is "a reader that goes away ends it without a word" "$? $(cat "$work/err")" "141 "

# --- the home folder ---------------------------------------------------------

echo x >"$work/file"
run review --home "$work/file" --policy "$policy" "$case"
said "a home that is a file is named" 5 \
    "rubric: home '$work/file' is not a folder
  help: name another folder with --home DIR, or set RUBRIC_HOME
  (E-HOME)"
run review --policies "$work/none" "$case"
said "a policies folder that is not there is named" 2 \
    "rubric: there is no policies folder '$work/none'
  help: name the folder that holds registry.lua
  (E-POLICIES)"
is "a home is made for its owner alone" "$(stat -c %a "$RUBRIC_HOME")" "700"

# A home on a file system of its own: needs a mount namespace, so root.
in_mount() { # options command...
    mount_options=$1
    shift
    mkdir -p "$work/mnt"
    unshare -m sh -c 'mount -t tmpfs -o "$1" rubric "$2" || exit 99; shift 2; "$@"' \
        sh "$mount_options" "$work/mnt" "$@"
}
if in_mount size=1m true 2>/dev/null; then
    in_mount size=64k rubric review --home "$work/mnt/home" --policy "$policy" "$case" \
        >"$work/out" 2>"$work/err"
    status=$?
    said "a home on a full disk is named before anything is judged" 5 \
        "rubric: home folder '$work/mnt/home' cannot be written: No space left on device
  help: free some space there, or name another folder with --home DIR, or set RUBRIC_HOME
  (E-HOME)"
    nothing "and nothing is answered" "$(cat "$work/out")"
    in_mount size=1m,ro rubric review --home "$work/mnt/home" --policy "$policy" "$case" \
        >"$work/out" 2>"$work/err"
    status=$?
    said "a home that cannot be written is named" 5 \
        "rubric: home folder '$work/mnt/home' cannot be made: Read-only file system
  help: name another folder with --home DIR, or set RUBRIC_HOME
  (E-HOME)"
else
    skip "a home on a full disk is named before anything is judged" "no mount namespaces"
    skip "a home that cannot be written is named" "no mount namespaces"
fi

done_testing
