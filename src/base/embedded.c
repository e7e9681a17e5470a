/*
 * embedded.c - the prelude as one document.
 */
#include "base/embedded.h"

#include <string.h>

void embedded_json(const struct embedded_file *files, struct buf *out)
{
    buf_puts(out, "{\"files\":[");
    for (const struct embedded_file *file = files; file->name != NULL; file++) {
        buf_puts(out, file == files ? "{\"name\":" : ",{\"name\":");
        buf_put_json(out, file->name, strlen(file->name));
        buf_puts(out, ",\"text\":");
        buf_put_json(out, file->text, file->len);
        buf_putc(out, '}');
    }
    buf_puts(out, "],\"schema\":\"rubric-prelude/1\"}");
}
