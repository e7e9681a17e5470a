/*
 * service.c - a worker gets ready, and takes requests.
 *
 * Memory is mapped once, before the worker is locked: a region for the request
 * under way, which is zeroed after it, and one for loaded policies, which is
 * emptied as a whole when it is full. After that nothing here calls malloc().
 * Loading is in service_load.c, judging in service_review.c.
 */
#include "host/service.h"

#include <sys/mman.h>

#include "base/embedded.h"
#include "host/parts.h"
#include "host/service_inside.h"

#define REQUEST_BYTES ((size_t)256 << 20)
#define ARENA_BYTES ((size_t)256 << 20) /* room for a large registry; policies have limits */

/* ---- getting ready -------------------------------------------------------- */

static void *map_region(size_t size, struct err *err)
{
    void *region = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (region == MAP_FAILED) {
        err_errno(err, ERR_MEMORY, "E-MEMORY", "memory for a worker");
        return NULL;
    }
    return region;
}

bool service_open(const struct service_options *options, struct service **service,
                  struct err *err)
{
    struct service *made = map_region(sizeof *made, err);

    if (made == NULL)
        return false;
    made->options = *options;
    *service = made;
    return true;
}

static bool open_codes(struct service *service, struct err *err)
{
    const struct service_options *options = &service->options;

    if (options->starter == NULL)
        return codes_open(options->codes_path, &service->codes, err);
    return codes_open_images(options->starter, options->starter_len, options->home,
                             options->home_len, &service->codes, err);
}

bool service_zygote_setup(void *context, struct err *err)
{
    struct service *service = *(struct service **)context;
    struct lua_box_options box = {.prelude = embedded_prelude, .arena_size = ARENA_BYTES};
    void *request = map_region(REQUEST_BYTES, err);

    service->result = map_region(RESULT_BYTES, err);
    if (request == NULL || service->result == NULL || !shelf_open(&service->shelf, err))
        return false;
    pool_over(&service->request, request, REQUEST_BYTES);
    return open_codes(service, err) && lua_box_open(&service->box, &box, err);
}

bool service_worker_setup(void *context, struct err *err)
{
    struct service *service = *(struct service **)context;

    return lua_box_after_fork(service->box, err);
}

bool service_box(struct service *service, struct err *err)
{
    if (service->prelude == NULL &&
        (!lua_policy_boot(service->box, service->options.prelude, err) ||
         !lua_box_save(service->box, &service->prelude, err)))
        return false;
    lua_box_restore(service->box, service->prelude);
    return true;
}

static bool handle_registry(struct service *service, struct str payload, struct buf *out,
                            struct err *err)
{
    struct buf result = buf_fixed(service->result, RESULT_BYTES);
    struct str parts[2]; /* file, text */
    struct lua_source source;
    enum lua_loaded loaded;

    if (!parts_all(payload, parts, 2))
        return err_set(err, ERR_WORKER, "E-WORKER", "a request that cannot be read");
    source.name = parts[0];
    source.text = parts[1];
    if (!service_box(service, err) ||
        !lua_registry_load(service->box, &source, &result, &loaded, err))
        return false;
    parts_puts(out, loaded == LUA_LOADED ? SERVICE_ANSWER : SERVICE_ERRORS);
    parts_put(out, result.data, result.len);
    return true;
}

static bool handle_codes(struct service *service, struct str payload, struct buf *out,
                         struct err *err)
{
    struct buf result = buf_fixed(service->result, RESULT_BYTES);

    if (!service_box(service, err) || !lua_codes_parse(service->box, payload, &result, err))
        return false;
    parts_puts(out, SERVICE_ANSWER);
    parts_put(out, result.data, result.len);
    return true;
}

bool service_handle(void *context, uint16_t kind, const char *payload, size_t len,
                    struct buf *out, struct err *err)
{
    struct service *service = *(struct service **)context;
    struct str bytes = {payload, len};
    bool ok;

    switch (kind) {
    case SERVICE_REVIEW:
    case SERVICE_WHICH:
    case SERVICE_COVER:
    case SERVICE_SLIPS:
        ok = service_review(service, kind, bytes, out, err);
        break;
    case SERVICE_LOAD:
    case SERVICE_CHECK:
        ok = service_load(service, kind, bytes, out, err);
        break;
    case SERVICE_REGISTRY:
        ok = handle_registry(service, bytes, out, err);
        break;
    case SERVICE_CODES:
        ok = handle_codes(service, bytes, out, err);
        break;
    default:
        ok = err_set(err, ERR_WORKER, "E-WORKER", "a request of an unknown kind");
        break;
    }
    pool_reset_mapped(&service->request);
    if (!lua_box_sound(service->box))
        return err_set(err, ERR_WORKER, "E-WORKER", "the interpreter's memory is damaged");
    return ok;
}
