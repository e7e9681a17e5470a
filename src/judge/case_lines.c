/*
 * case_lines.c - the lines of a request, as every answer repeats them.
 */
#include "judge/case_lines.h"

struct case_line *case_lines(const struct casefile *file, struct pool *pool, size_t *count)
{
    yyjson_val *array = file->lists[CASE_LINES];
    struct case_line *lines = pool_array(pool, yyjson_arr_size(array), sizeof *lines);
    yyjson_arr_iter iter;
    yyjson_val *item;

    *count = 0;
    yyjson_arr_iter_init(array, &iter);
    while (lines != NULL && (item = yyjson_arr_iter_next(&iter)) != NULL) {
        struct case_line *line = &lines[(*count)++];
        yyjson_val *quantity = yyjson_obj_get(yyjson_obj_get(item, "quantity"), "value");

        line->sequence = yyjson_get_sint(yyjson_obj_get(item, "sequence"));
        line->system = case_text(yyjson_obj_get(item, "system"));
        line->code = case_text(yyjson_obj_get(item, "code"));
        line->units = value_number(yyjson_is_num(quantity) ? yyjson_get_num(quantity) : 1);
    }
    return lines;
}
