#!/bin/sh
# 20,000 cuts of a running script at random moments: one answer, one hash of the
# arena. About a minute and a half.
set -u
. tests/lib/tap.sh

check "20,000 random cuts leave nothing" env ROUNDS=20000 "$BUILD/test/lua/lua_abort_test"

done_testing
