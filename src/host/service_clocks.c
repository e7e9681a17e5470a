/*
 * service_clocks.c - the clocks that come with a policy's bundle.
 *
 * They are its first member, {"clocks":[...],"entry":..., and mostly the same for
 * all policies of a registry: they are read once and shared on the shelf. A bundle
 * without them is of a file that was named without a registry.
 */
#include <string.h>

#include "base/json.h"
#include "host/service_inside.h"

/* The array as text; absent: the bundle has none. */
static struct str clocks_text(struct str bundle)
{
    static const char before[] = "{\"clocks\":", behind[] = ",\"entry\":\"";
    const size_t skip = sizeof before - 1;
    const char *end;

    if (bundle.len < skip || memcmp(bundle.at, before, skip) != 0)
        return str_of(NULL);
    /* In a text within the clocks the quotes would be escaped. */
    end = memmem(bundle.at, bundle.len, behind, sizeof behind - 1);
    if (end == NULL)
        return str_of(NULL);
    return (struct str){bundle.at + skip, (size_t)(end - bundle.at) - skip};
}

bool service_clocks(struct service *service, struct str bundle, const struct clocks **clocks,
                    struct err *err)
{
    struct shelf *shelf = &service->shelf;
    struct str text = clocks_text(bundle);
    yyjson_doc *doc;

    *clocks = NULL;
    if (text.at == NULL)
        return true;
    if (shelf->clocks == NULL || !str_equal(shelf->clocks_text, text)) {
        doc = json_read(&shelf->pool, text.at, text.len);
        shelf->clocks_text.at = pool_copy(&shelf->pool, text.at, text.len);
        shelf->clocks_text.len = text.len;
        shelf->clocks = NULL;
        if (doc == NULL || shelf->clocks_text.at == NULL)
            return err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the clocks");
        shelf->clocks = clocks_read(yyjson_doc_get_root(doc), &shelf->pool, err);
    }
    *clocks = shelf->clocks;
    return *clocks != NULL;
}
