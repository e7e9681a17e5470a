/*
 * crash_test.c - power cuts, full disks, I/O errors and lack of memory.
 *
 * A file system of our own holds back what was not synced. At a seeded moment
 * the machine stops: of the writes held back each is lost, kept or torn, in any
 * order. Afterwards every receipt that was given must be provable, the log must
 * extend every checkpoint that was shown, and verify must find nothing wrong.
 *
 * CRASH_SEEDS=10000 for make soak; CRASH_FIRST is the first seed.
 */
#include "audit/test_log.h"
#include "audit/log.h"

#include <sqlite3.h>

#include "audit/anchor.h"
#include "audit/change.h"

/* ---- a file system that forgets ---- */

struct held { /* one write or cut that was not synced yet */
    sqlite3_int64 at;
    int len; /* -1: cut the file to length at */
    unsigned char *bytes;
};

struct shadow { /* what is on the disk for certain, and what is not */
    char name[TEST_PATH * 2];
    bool used;
    unsigned char *sure;
    size_t sure_len;
    struct held *held;
    size_t held_count, held_room;
};

enum fault { FAULT_NONE, FAULT_CRASH, FAULT_WRITE_FULL, FAULT_WRITE_IO, FAULT_SYNC_IO };

static struct {
    struct shadow shadow[16];
    enum fault fault;
    long countdown; /* operations until the fault; counts on below zero */
    bool stopped;   /* the machine is off */
    long fired;
} disk;

struct shim {
    sqlite3_file base;
    struct shadow *shadow; /* NULL: a file that does not matter */
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs(void)
{
    return sqlite3_vfs_find("unix");
}

static struct shadow *find_shadow(const char *name)
{
    for (size_t i = 0; i < 16; i++) {
        if (disk.shadow[i].used && strcmp(disk.shadow[i].name, name) == 0)
            return &disk.shadow[i];
    }
    return NULL;
}

static void forget_held(struct shadow *s)
{
    for (size_t i = 0; i < s->held_count; i++)
        free(s->held[i].bytes);
    s->held_count = 0;
}

static void drop_shadow(struct shadow *s)
{
    forget_held(s);
    free(s->held);
    free(s->sure);
    memset(s, 0, sizeof *s);
}

static void load_sure(struct shadow *s)
{
    FILE *in = fopen(s->name, "rb");
    struct stat file;

    if (in == NULL)
        return;
    fstat(fileno(in), &file);
    s->sure = malloc((size_t)file.st_size + 1);
    s->sure_len = fread(s->sure, 1, (size_t)file.st_size, in);
    fclose(in);
}

static struct shadow *make_shadow(const char *name)
{
    struct shadow *s = find_shadow(name);

    for (size_t i = 0; s == NULL && i < 16; i++) {
        if (!disk.shadow[i].used)
            s = &disk.shadow[i];
    }
    if (s == NULL)
        abort();
    if (!s->used) {
        s->used = true;
        snprintf(s->name, sizeof s->name, "%s", name);
        load_sure(s);
    }
    return s;
}

/* Applies part of one held write: the bytes [from, to) of it. */
static void apply(struct shadow *s, const struct held *h, int from, int to)
{
    size_t end;

    if (h->len < 0) {
        if ((size_t)h->at < s->sure_len)
            s->sure_len = (size_t)h->at;
        return;
    }
    end = (size_t)h->at + (size_t)to;
    if (end > s->sure_len) {
        s->sure = realloc(s->sure, end + 1);
        memset(s->sure + s->sure_len, 0, end - s->sure_len);
        s->sure_len = end;
    }
    memcpy(s->sure + h->at + from, h->bytes + from, (size_t)(to - from));
}

static void hold(struct shadow *s, sqlite3_int64 at, const void *bytes, int len)
{
    struct held *h;

    if (s->held_count == s->held_room) {
        s->held_room = s->held_room == 0 ? 64 : 2 * s->held_room;
        s->held = realloc(s->held, s->held_room * sizeof *s->held);
    }
    h = &s->held[s->held_count++];
    h->at = at;
    h->len = len;
    h->bytes = len > 0 ? malloc((size_t)len) : NULL;
    if (len > 0)
        memcpy(h->bytes, bytes, (size_t)len);
}

/* Counts an operation; true if it is the one that goes wrong. */
static bool faulty(enum fault kind)
{
    if (disk.fault != kind || --disk.countdown != 0)
        return false;
    disk.fired++;
    return true;
}

static int shim_close(sqlite3_file *file)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xClose(shim->real);
}

static int shim_read(sqlite3_file *file, void *to, int len, sqlite3_int64 at)
{
    struct shim *shim = (struct shim *)(void *)file;

    return disk.stopped ? SQLITE_IOERR_READ : shim->real->pMethods->xRead(shim->real, to, len, at);
}

static int shim_write(sqlite3_file *file, const void *from, int len, sqlite3_int64 at)
{
    struct shim *shim = (struct shim *)(void *)file;

    if (shim->shadow != NULL && faulty(FAULT_CRASH))
        disk.stopped = true;
    if (disk.stopped)
        return SQLITE_IOERR_WRITE;
    if (faulty(FAULT_WRITE_FULL))
        return SQLITE_FULL;
    if (faulty(FAULT_WRITE_IO))
        return SQLITE_IOERR_WRITE;
    if (shim->shadow != NULL)
        hold(shim->shadow, at, from, len);
    return shim->real->pMethods->xWrite(shim->real, from, len, at);
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct shim *shim = (struct shim *)(void *)file;

    if (disk.stopped)
        return SQLITE_IOERR_TRUNCATE;
    if (shim->shadow != NULL)
        hold(shim->shadow, size, NULL, -1);
    return shim->real->pMethods->xTruncate(shim->real, size);
}

static int shim_sync(sqlite3_file *file, int flags)
{
    struct shim *shim = (struct shim *)(void *)file;

    (void)flags;
    if (shim->shadow != NULL && faulty(FAULT_CRASH))
        disk.stopped = true;
    if (disk.stopped || faulty(FAULT_SYNC_IO))
        return SQLITE_IOERR_FSYNC;
    if (shim->shadow != NULL) {
        for (size_t i = 0; i < shim->shadow->held_count; i++)
            apply(shim->shadow, &shim->shadow->held[i], 0, shim->shadow->held[i].len);
        forget_held(shim->shadow);
    }
    return SQLITE_OK;
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xFileSize(shim->real, size);
}

static int shim_lock(sqlite3_file *file, int level)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xLock(shim->real, level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xUnlock(shim->real, level);
}

static int shim_reserved(sqlite3_file *file, int *held)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xCheckReservedLock(shim->real, held);
}

static int shim_control(sqlite3_file *file, int what, void *arg)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xFileControl(shim->real, what, arg);
}

static int shim_sector(sqlite3_file *file)
{
    (void)file;
    return 512;
}

/* No promises: not atomic, not ordered. */
static int shim_traits(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int shim_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xShmMap(shim->real, page, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xShmLock(shim->real, offset, n, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
    struct shim *shim = (struct shim *)(void *)file;

    shim->real->pMethods->xShmBarrier(shim->real);
}

static int shim_shm_unmap(sqlite3_file *file, int delete)
{
    struct shim *shim = (struct shim *)(void *)file;

    return shim->real->pMethods->xShmUnmap(shim->real, delete);
}

static const sqlite3_io_methods shim_methods = {
    .iVersion = 2, .xClose = shim_close, .xRead = shim_read, .xWrite = shim_write,
    .xTruncate = shim_truncate, .xSync = shim_sync, .xFileSize = shim_size, .xLock = shim_lock,
    .xUnlock = shim_unlock, .xCheckReservedLock = shim_reserved, .xFileControl = shim_control,
    .xSectorSize = shim_sector, .xDeviceCharacteristics = shim_traits, .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock, .xShmBarrier = shim_shm_barrier, .xShmUnmap = shim_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                    int *out)
{
    struct shim *shim = (struct shim *)(void *)file;
    int status;

    (void)vfs;
    memset(shim, 0, sizeof *shim);
    if (disk.stopped)
        return SQLITE_IOERR;
    shim->real = (sqlite3_file *)(void *)(shim + 1);
    status = real_vfs()->xOpen(real_vfs(), name, shim->real, flags, out);
    if (status != SQLITE_OK)
        return status;
    shim->base.pMethods = &shim_methods;
    if (name != NULL && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0)
        shim->shadow = make_shadow(name);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    struct shadow *s = find_shadow(name);

    (void)vfs;
    if (disk.stopped)
        return SQLITE_IOERR_DELETE;
    if (s != NULL)
        drop_shadow(s);
    return real_vfs()->xDelete(real_vfs(), name, sync);
}

static void use_disk(bool on)
{
    static sqlite3_vfs vfs;

    if (vfs.zName == NULL) {
        vfs = *real_vfs();
        vfs.zName = "forgetful";
        vfs.szOsFile += (int)sizeof(struct shim);
        vfs.xOpen = vfs_open;
        vfs.xDelete = vfs_delete;
        vfs.pNext = NULL;
    }
    if (on)
        sqlite3_vfs_register(&vfs, 1);
    else
        sqlite3_vfs_register(real_vfs(), 1);
}

/* Puts on the real disk what a power cut could have left. */
static void cut_power(uint64_t *seed)
{
    for (size_t i = 0; i < 16; i++) {
        struct shadow *s = &disk.shadow[i];
        FILE *out;

        if (!s->used)
            continue;
        while (s->held_count > 0) {
            size_t at = test_random(seed) % s->held_count;
            struct held h = s->held[at];
            uint64_t fate = test_random(seed) % 4;
            int unit = test_random(seed) % 2 ? 512 : 4096;

            if (fate == 0 || (fate == 1 && h.len < 0))
                apply(s, &h, 0, h.len);
            else if (fate == 1 && h.len > unit)
                apply(s, &h, 0, unit * (int)(test_random(seed) % (unsigned)(h.len / unit)));
            else if (fate == 2 && h.len > unit)
                apply(s, &h, unit, h.len);
            free(h.bytes);
            s->held[at] = s->held[--s->held_count];
        }
        out = fopen(s->name, "wb");
        if (out != NULL) {
            fwrite(s->sure, 1, s->sure_len, out);
            fclose(out);
        }
        drop_shadow(s);
    }
    memset(&disk, 0, sizeof disk);
}

/* ---- the work that is interrupted ---- */

struct given { /* receipts that left */
    struct outside_list list;
    unsigned erased;
};

static char base_home[TEST_PATH], work_home[TEST_PATH + 8];

static void keep(struct given *given, const struct audit_receipt *receipt)
{
    struct verify_outside *item;

    if (given->list.count == given->list.room) {
        given->list.room = given->list.room == 0 ? 64 : 2 * given->list.room;
        given->list.item = realloc(given->list.item, given->list.room * sizeof *item);
    }
    item = &given->list.item[given->list.count++];
    memset(item, 0, sizeof *item);
    item->name = "receipt";
    strcpy(item->at.origin, receipt->origin);
    item->at.size = receipt->size;
    item->has_leaf = true;
    item->index = receipt->index;
    memcpy(item->leaf.bytes, receipt->leaf, 32);
    item->note = strdup(receipt->note);
    {
        struct note note;

        if (!note_split(item->note, strlen(item->note), &note, NULL) ||
            !checkpoint_parse(&note, &item->at, NULL))
            abort();
    }
}

/* Appends, erases and reopens; stops at the first thing that fails. */
static void work(uint64_t seed, struct given *given)
{
    static const char *const labels[] = {"reads", NULL};
    struct audit_options options = {.reserve_bytes = 1};
    struct audit_actor actor = {"user", "privacy-7", NULL};
    unsigned rounds = 2 + (unsigned)(test_random(&seed) % 10);
    struct audit_receipt receipt[8];
    struct audit_record record[8];
    struct test_record t[8];
    struct audit *audit;
    uint64_t erased;

    if (!audit_open(work_home, &options, &audit, NULL))
        return;
    if (test_random(&seed) % 3 == 0)
        test_write_space(audit->db, 1 << 17);
    for (unsigned round = 0; round < rounds; round++) {
        size_t batch = 1 + test_random(&seed) % 8;

        for (size_t i = 0; i < batch; i++) {
            test_fill(&t[i], (unsigned)(test_random(&seed) % 20));
            record[i] = t[i].record;
        }
        if (!audit_append(audit, record, batch, receipt, NULL))
            break;
        for (size_t i = 0; i < batch; i++)
            keep(given, &receipt[i]);
        if (test_random(&seed) % 4 == 0) {
            if (!audit_erase(audit, receipt[0].index, labels, "test", "a", &actor, &receipt[0], &erased, NULL))
                break;
            keep(given, &receipt[0]);
        }
        if (test_random(&seed) % 5 == 0 && !audit_anchor_now(audit, NULL))
            break;
        if (test_random(&seed) % 4 == 0) {
            audit_close(audit);
            if (!audit_open(work_home, &options, &audit, NULL))
                return;
        }
    }
    audit_close(audit);
}

static void copy_one(const char *name)
{
    static unsigned char bytes[1 << 20];
    char from[2 * TEST_PATH], to[2 * TEST_PATH];
    size_t len;
    FILE *file;

    snprintf(from, sizeof from, "%s/%s", base_home, name);
    snprintf(to, sizeof to, "%s/%s", work_home, name);
    file = fopen(from, "rb");
    len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    file = fopen(to, "wb");
    fwrite(bytes, 1, len, file);
    fclose(file);
    chmod(to, 0600);
}

static int key_names(const char *path, const struct stat *file, int kind, struct FTW *where)
{
    (void)file;
    (void)where;
    if (kind == FTW_F && strstr(path, "/keys/") != NULL)
        copy_one(path + strlen(base_home) + 1);
    return 0;
}

static void fresh_home(void)
{
    char keys[2 * TEST_PATH];

    test_wipe(work_home);
    mkdir(work_home, 0700);
    snprintf(keys, sizeof keys, "%s/keys", work_home);
    mkdir(keys, 0700);
    copy_one("audit.db");
    copy_one("anchor.log");
    nftw(base_home, key_names, 8, FTW_PHYS);
}

static void start_disk(enum fault fault, long countdown)
{
    for (size_t i = 0; i < 16; i++) {
        if (disk.shadow[i].used)
            drop_shadow(&disk.shadow[i]);
    }
    memset(&disk, 0, sizeof disk);
    disk.fault = fault;
    disk.countdown = countdown;
    use_disk(true);
}

static void free_given(struct given *given)
{
    verify_free_outside(&given->list);
}

/* I1 to I4, and that the log goes on. */
static void assert_whole(const struct given *given, const char *what, long number)
{
    struct audit_options options = {.reserve_bytes = 1};
    struct audit_receipt receipt;
    struct test_record t;
    struct test_found found;
    struct audit *audit;
    struct err err;
    int status;

    if (!audit_open(work_home, &options, &audit, &err))
        fail_msg("%s %ld: the log does not open: %s", what, number, err.text);
    test_fill(&t, 77);
    if (!audit_append(audit, &t.record, 1, &receipt, &err))
        fail_msg("%s %ld: the log does not go on: %s", what, number, err.text);
    audit_close(audit);
    status = test_verify_with(work_home, NULL, 0, &given->list, &found);
    if (status != (given->list.count > 0 ? 0 : 3))
        fail_msg("%s %ld: status %d, %s %s.%s: expected %s, found %s", what, number, status,
                 found.first.step, found.first.table, found.first.column, found.first.expected,
                 found.first.found);
}

static int make_base(void **state)
{
    (void)state;
    test_folder(base_home);
    snprintf(work_home, sizeof work_home, "%s-work", base_home);
    audit_close(test_open(base_home));
    return 0;
}

static int drop_base(void **state)
{
    (void)state;
    test_wipe(base_home);
    test_wipe(work_home);
    return 0;
}

static void no_receipt_is_lost_when_the_power_goes(void **state)
{
    long seeds = test_count("CRASH_SEEDS", 200);
    long first = test_count("CRASH_FIRST", 1);
    long crashed = 0;
    unsigned long receipts = 0;

    (void)state;
    for (long n = first; n < first + seeds; n++) {
        struct given given = {{NULL, 0, 0}, 0};
        uint64_t seed = (uint64_t)n * 7919;

        fresh_home();
        start_disk(FAULT_CRASH, 1 + (long)(test_random(&seed) % 400));
        work((uint64_t)n, &given);
        crashed += disk.stopped;
        use_disk(false);
        cut_power(&seed);
        assert_whole(&given, "seed", n);
        receipts += given.list.count;
        free_given(&given);
    }
    printf("# crash: %ld seeds, %ld power cuts, %lu receipts, none lost\n", seeds, crashed, receipts);
}

/* The n-th operation of a kind fails, for n = 1, 2, 3 ... until none does. */
static void sweep(enum fault fault, const char *what)
{
    long step = test_count("ERROR_STEP", 7);
    long n = 1;
    long fired;

    do {
        struct given given = {{NULL, 0, 0}, 0};

        fresh_home();
        start_disk(fault, n);
        work(4711, &given);
        fired = disk.fired;
        use_disk(false);
        memset(&disk.fault, 0, sizeof disk.fault);
        assert_whole(&given, what, n);
        free_given(&given);
        n += step;
    } while (fired > 0);
    printf("# errors: %s at every %ld. of %ld operations, nothing lost\n", what, step, n - step);
}

static void a_write_or_sync_that_fails_loses_nothing(void **state)
{
    (void)state;
    sweep(FAULT_WRITE_FULL, "disk full");
    sweep(FAULT_WRITE_IO, "write error");
    sweep(FAULT_SYNC_IO, "sync error");
}

static void a_handle_that_failed_stays_dead(void **state)
{
    struct audit_options options = {.reserve_bytes = 1};
    struct audit_receipt receipt;
    struct test_record t;
    struct audit *audit;
    struct err err;

    (void)state;
    test_fill(&t, 1);
    fresh_home();
    start_disk(FAULT_NONE, 0);
    assert_true(audit_open(work_home, &options, &audit, &err));
    assert_true(audit_append(audit, &t.record, 1, &receipt, &err));
    disk.fault = FAULT_SYNC_IO;
    disk.countdown = 1;
    assert_false(audit_append(audit, &t.record, 1, &receipt, &err));
    assert_string_equal(err.code, "E-LOG-STORE");
    assert_true(audit_dead(audit));
    assert_false(audit_append(audit, &t.record, 1, &receipt, &err));
    assert_string_equal(err.code, "E-LOG-DEAD");
    audit_close(audit);
    use_disk(false);
}

/* ---- lack of memory, inside SQLite ---- */

static sqlite3_mem_methods real_memory;
static long memory_left = -1; /* allocations until one fails; below zero: never */

static bool memory_fails(void)
{
    return memory_left > 0 && --memory_left == 0;
}

static void *poor_malloc(int size)
{
    return memory_fails() ? NULL : real_memory.xMalloc(size);
}

static void *poor_realloc(void *old, int size)
{
    return memory_fails() ? NULL : real_memory.xRealloc(old, size);
}

static void lack_of_memory_loses_nothing(void **state)
{
    long step = test_count("MEMORY_STEP", 97);
    long n = 1;
    long left;

    (void)state;
    do {
        struct given given = {{NULL, 0, 0}, 0};

        fresh_home();
        memory_left = n;
        work(4711, &given);
        left = memory_left;
        memory_left = -1;
        assert_whole(&given, "allocation", n);
        free_given(&given);
        n += step;
    } while (left == 0);
    printf("# memory: every %ld. of %ld allocations of SQLite failed, nothing lost\n", step, n - step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_receipt_is_lost_when_the_power_goes),
        cmocka_unit_test(a_write_or_sync_that_fails_loses_nothing),
        cmocka_unit_test(a_handle_that_failed_stays_dead),
        cmocka_unit_test(lack_of_memory_loses_nothing),
    };
    sqlite3_mem_methods poor;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    poor = real_memory;
    poor.xMalloc = poor_malloc;
    poor.xRealloc = poor_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &poor);
    return cmocka_run_group_tests_name("crashes", tests, make_base, drop_base);
}
