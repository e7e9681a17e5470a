/*
 * shelf.c - the policies that a worker has loaded.
 */
#include "host/shelf.h"

#include <assert.h>
#include <sys/mman.h>

#include "host/limits.h"

#define POLICY_BYTES ((size_t)64 << 20)
#define REGISTRY_BYTES ((size_t)64 << 20)

static bool map_pool(struct pool *pool, size_t size, struct err *err)
{
    void *region = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (region == MAP_FAILED)
        return err_errno(err, ERR_MEMORY, "E-MEMORY", "memory for policies");
    pool_over(pool, region, size);
    return true;
}

bool shelf_open(struct shelf *shelf, struct err *err)
{
    return map_pool(&shelf->pool, POLICY_BYTES, err) &&
           map_pool(&shelf->registry_pool, REGISTRY_BYTES, err);
}

struct shelf_policy *shelf_find(struct shelf *shelf, struct str key)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (str_equal(shelf->items[i].key, key))
            return &shelf->items[i];
    return NULL;
}

struct shelf_policy *shelf_of_entry(struct shelf *shelf, int entry)
{
    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->items[i].entry == entry)
            return &shelf->items[i];
    return NULL;
}

struct shelf_policy *shelf_add(struct shelf *shelf, struct str key)
{
    struct shelf_policy *item = &shelf->items[shelf->count];

    if (shelf->count == SHELF_POLICIES)
        return NULL;
    memset(item, 0, sizeof *item);
    item->entry = -1;
    item->limits = lua_limits_default;
    item->result_max = (size_t)LIMIT_RESULT_KIB << 10;
    item->key.at = pool_copy(&shelf->pool, key.at, key.len);
    item->key.len = key.len;
    if (item->key.at == NULL)
        return NULL;
    shelf->count++;
    return item;
}

struct shelf_policy *shelf_drop(struct shelf *shelf, struct shelf_policy *newest)
{
    assert(shelf->count > 0 && newest == &shelf->items[shelf->count - 1]);
    lua_image_free(newest->image);
    shelf->count--;
    return NULL;
}

void shelf_empty(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++)
        lua_image_free(shelf->items[i].image);
    shelf->count = 0;
    shelf->clocks = NULL;
    pool_reset_mapped(&shelf->pool);
}

struct registry *shelf_registry(struct shelf *shelf, struct str key)
{
    return shelf->registry != NULL && str_equal(shelf->registry_key, key) ? shelf->registry
                                                                          : NULL;
}

struct registry *shelf_set_registry(struct shelf *shelf, struct str key, struct str json,
                                    struct err *err)
{
    for (size_t i = 0; i < shelf->count; i++)
        shelf->items[i].entry = -1;
    shelf->registry = NULL;
    pool_reset_mapped(&shelf->registry_pool);
    shelf->registry_key.at = pool_copy(&shelf->registry_pool, key.at, key.len);
    shelf->registry_key.len = key.len;
    if (shelf->registry_key.at == NULL) {
        err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the registry");
        return NULL;
    }
    shelf->registry = registry_read(&shelf->registry_pool, json.at, json.len, err);
    if (shelf->registry == NULL)
        return NULL;
    shelf->scopes =
        pool_array(&shelf->registry_pool, shelf->registry->count + 1, sizeof *shelf->scopes);
    if (shelf->scopes == NULL) {
        shelf->registry = NULL;
        err_set(err, ERR_MEMORY, "E-MEMORY", "not enough memory for the registry");
    }
    return shelf->registry;
}
