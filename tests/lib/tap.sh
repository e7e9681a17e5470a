# tap.sh - the few words a test script needs: . tests/lib/tap.sh
#
# Every script runs in the top folder with BUILD, DEPS and RUBRIC set and a
# TMPDIR of its own that is removed afterwards, and ends with done_testing.

tap_count=0
tap_failed=0

pass() { # what
    tap_count=$((tap_count + 1))
    printf 'ok %d - %s\n' "$tap_count" "$1"
}

flunk() { # what [why]
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    printf 'not ok %d - %s\n' "$tap_count" "$1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/# /'
}

skip() { # what why
    tap_count=$((tap_count + 1))
    printf 'ok %d - %s # SKIP %s\n' "$tap_count" "$1" "$2"
}

# Passes if the command succeeds; its output is shown if it does not.
check() { # what command...
    tap_what=$1
    shift
    if tap_said=$("$@" 2>&1); then pass "$tap_what"; else flunk "$tap_what" "$tap_said"; fi
}

# Passes if the command fails.
check_not() { # what command...
    tap_what=$1
    shift
    if tap_said=$("$@" 2>&1); then flunk "$tap_what" "succeeded: $tap_said"; else pass "$tap_what"; fi
}

# Passes if two texts are equal.
is() { # what got wanted
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        flunk "$1" "got:
$2
wanted:
$3"
    fi
}

# Passes if a text is empty; the text says what was found.
nothing() { # what text
    if [ -z "$2" ]; then pass "$1"; else flunk "$1" "$2"; fi
}

# Puts another byte in the place of one.
spoil() { # file place
    tap_byte=X
    [ "$(dd if="$1" bs=1 skip="$2" count=1 2>/dev/null | tr -d '\0')" = X ] && tap_byte=Y
    printf %s "$tap_byte" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

done_testing() {
    printf '1..%d\n' "$tap_count"
    [ "$tap_failed" = 0 ]
    exit
}
