#!/bin/sh
# scripts/embed: what goes in comes out, to the byte, and twice the same.
set -u
. tests/lib/tap.sh

root=$TMPDIR/root
mkdir -p "$root/deep"
: >"$root/empty.lua"
printf 'no newline at the end' >"$root/open.lua"
printf '\n\n' >"$root/lines.lua"
printf 'a "quote" \\ back\\n ??= ??/ %%d \t tab \r return \a\033[0m\n"' >"$root/hard.lua"
printf 'gr\303\274n \342\202\254 \377\200 end\n123\0019\n' >"$root/bytes.lua"
printf -- '-- 1\n' >"$root/deep/one.lua"
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "x%d = \"%d\" ", i, i; print "" }' >"$root/wide.lua"
files="$root/bytes.lua $root/deep/one.lua $root/empty.lua $root/hard.lua $root/lines.lua $root/open.lua $root/wide.lua"

# shellcheck disable=SC2086
scripts/embed "$root" $files >"$TMPDIR/one.c"
# shellcheck disable=SC2086
LC_ALL=C.UTF-8 scripts/embed "$root" $files >"$TMPDIR/two.c"
check 'the same files give the same bytes' cmp "$TMPDIR/one.c" "$TMPDIR/two.c"

cat >"$TMPDIR/dump.c" <<'END'
#include <stdio.h>
#include "base/embedded.h"
int main(int argc, char **argv)
{
    char path[4096];
    for (const struct embedded_file *f = embedded_prelude; f->name != NULL; f++) {
        snprintf(path, sizeof path, "%s/%zu", argv[argc - 1], (size_t)(f - embedded_prelude));
        FILE *out = fopen(path, "wb");
        if (out == NULL || fwrite(f->text, 1, f->len, out) != f->len || fclose(out) != 0)
            return 1;
        puts(f->name);
        if (f->text[f->len] != '\0')
            return 2;
    }
    return 0;
}
END
check 'the table compiles' "${CC:-gcc}" -std=c17 -Wall -Werror -Isrc -o "$TMPDIR/dump" "$TMPDIR/dump.c" "$TMPDIR/one.c"
is 'the names are paths without .lua' "$("$TMPDIR/dump" "$TMPDIR" | paste -sd' ' -)" \
    'bytes deep/one empty hard lines open wide'
number=0
for file in $files; do
    check "${file#"$root"/} comes out as it went in" cmp "$file" "$TMPDIR/$number"
    number=$((number + 1))
done
printf 'a\0b' >"$root/nul.lua"
check_not 'a file with a NUL byte is refused' scripts/embed "$root" "$root/nul.lua"
check_not 'a file that is not there is refused' scripts/embed "$root" "$root/none.lua"

done_testing
