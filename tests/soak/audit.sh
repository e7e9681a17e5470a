#!/bin/sh
# alone
# audit.sh - the campaigns of the audit log with their full counts: power cuts,
# errors, lack of memory, killed writers, tampering at every position, and clean
# logs. Each prints a summary line. The quick cut of the same runs in make check.
set -u
tests=${BUILD:?}/test/audit

campaign() { # name program variables...
    name=$1 program=$2
    shift 2
    if out=$(env "$@" CMOCKA_MESSAGE_OUTPUT=TAP "$tests/$program" 2>&1); then
        printf '%s\n' "$out" | grep '^# '
        echo "ok - $name"
    else
        printf '%s\n' "$out" | sed 's/^\(not \)\{0,1\}ok/# &/'
        echo "not ok - $name"
    fi
}

campaign 'no receipt is lost in 10,000 power cuts' crash_test \
    CRASH_SEEDS="${CRASH_SEEDS:-10000}" ERROR_STEP=1 MEMORY_STEP="${MEMORY_STEP:-3}"
campaign 'no receipt is lost in 1,000 rounds of killed writers' kill_test \
    KILL_ROUNDS="${KILL_ROUNDS:-1000}"
campaign 'every change at every position is found, and 10,000 clean logs raise no alarm' \
    tamper_test TAMPER_STEP=1 CLEAN_LOGS="${CLEAN_LOGS:-10000}"
