/*
 * kill_test.c - several processes on one log, killed at any moment; and many
 * threads on one queue.
 *
 * Each writer streams its receipts through a pipe as it gets them. After the
 * kill every one of them must be in the log, and the log must verify.
 * KILL_ROUNDS=1000 for make soak.
 */
#include "audit/test_log.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "audit/queue.h"

#define WRITERS 4

struct wire { /* a receipt on its way: written whole, being below PIPE_BUF */
    uint64_t index;
    uint8_t leaf[32];
};

static char home[TEST_PATH];

static int make_home(void **state)
{
    (void)state;
    test_folder(home);
    audit_close(test_open(home));
    return 0;
}

static int drop_home(void **state)
{
    (void)state;
    test_wipe(home);
    return 0;
}

static void send_receipt(int pipe, const struct audit_receipt *receipt)
{
    struct wire wire = {receipt->index, {0}};

    memcpy(wire.leaf, receipt->leaf, 32);
    if (write(pipe, &wire, sizeof wire) != (ssize_t)sizeof wire)
        _exit(1);
}

static void be_writer(unsigned number, int pipe)
{
    struct audit_options options = {.reserve_bytes = 1};
    struct audit_receipt receipt[4];
    struct audit_record record[4];
    struct test_record t[4];
    struct wal_keeper *keeper = NULL;
    struct audit *audit;

    for (unsigned i = number;; i += WRITERS) {
        size_t count = 1 + i % 4;

        if (!audit_open(home, &options, &audit, NULL))
            continue; /* another writer held the log too long */
        if (i % 2 == 0 && !wal_keeper_start(audit, 40, 1 << 18, &keeper, NULL))
            keeper = NULL;
        for (unsigned again = 0; again < 30; again++) {
            for (size_t j = 0; j < count; j++) {
                test_fill(&t[j], i + again);
                record[j] = t[j].record;
            }
            if (!audit_append(audit, record, count, receipt, NULL))
                break;
            for (size_t j = 0; j < count; j++)
                send_receipt(pipe, &receipt[j]);
        }
        wal_keeper_stop(keeper);
        keeper = NULL;
        audit_close(audit);
    }
}

static size_t drain(int pipe, struct outside_list *list)
{
    struct wire wire;
    size_t count = 0;

    while (read(pipe, &wire, sizeof wire) == (ssize_t)sizeof wire) {
        list->item = realloc(list->item, (list->count + 1) * sizeof *list->item);
        memset(&list->item[list->count], 0, sizeof *list->item);
        list->item[list->count].index = wire.index;
        memcpy(list->item[list->count++].leaf.bytes, wire.leaf, 32);
        count++;
    }
    return count;
}

static void assert_all_there(const struct outside_list *list, long round)
{
    struct audit *audit = test_open(home);
    struct audit_entry entry;
    struct pool pool;
    struct test_found found;
    struct err err;

    pool_init(&pool);
    for (size_t i = 0; i < list->count; i++) {
        if (!audit_read(audit, list->item[i].index, &pool, &entry, &err))
            fail_msg("round %ld: a receipt's record is gone: %s", round, err.text);
        assert_memory_equal(entry.leaf, list->item[i].leaf.bytes, 32);
        if (i % 64 == 0)
            pool_reset(&pool);
    }
    pool_free(&pool);
    audit_close(audit);
    if (test_verify(home, &found) != 3)
        fail_msg("round %ld: %s %s.%s", round, found.first.step, found.first.table,
                 found.first.column);
}

/* Now and then at once, else some time after the first receipt came. */
static void storm(int ends[2], uint64_t *seed)
{
    struct pollfd first = {.fd = ends[0], .events = POLLIN};
    struct timespec span = {0, 0};
    pid_t writer[WRITERS];

    for (unsigned i = 0; i < WRITERS; i++) {
        writer[i] = fork();
        if (writer[i] == 0) {
            close(ends[0]);
            be_writer(i, ends[1]);
        }
    }
    if (test_random(seed) % 8 != 0)
        poll(&first, 1, 5000);
    span.tv_nsec = (long)(test_random(seed) % 60000000);
    nanosleep(&span, NULL);
    for (unsigned i = 0; i < WRITERS; i++) {
        kill(writer[i], SIGKILL);
        waitpid(writer[i], NULL, 0);
    }
}

static void killed_writers_lose_no_receipt(void **state)
{
    long rounds = test_count("KILL_ROUNDS", 8);
    uint64_t seed = (uint64_t)test_count("KILL_SEED", 1);
    size_t receipts = 0;

    (void)state;
    for (long round = 0; round < rounds; round++) {
        struct outside_list list = {NULL, 0, 0};
        int ends[2];

        if (round % 25 == 24) { /* small logs make quick rounds */
            drop_home(NULL);
            make_home(NULL);
        }
        assert_int_equal(pipe(ends), 0);
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        storm(ends, &seed);
        close(ends[1]);
        receipts += drain(ends[0], &list);
        close(ends[0]);
        assert_all_there(&list, round);
        free(list.item);
    }
    printf("# kill storm: %ld rounds of %d writers, %zu receipts, none lost\n", rounds, WRITERS,
           receipts);
}

/* ---- the queue ---- */

#define CALLERS 16
#define EACH 40

struct caller {
    struct audit_queue *queue;
    unsigned number;
    bool seen[1 + CALLERS * EACH];
};

static void *call(void *context)
{
    struct caller *caller = context;

    for (unsigned i = 0; i < EACH; i++) {
        struct audit_ticket ticket = {.polled = false};
        struct test_record t;

        test_fill(&t, caller->number * EACH + i);
        ticket.record = t.record;
        if (!audit_queue_submit(caller->queue, &ticket) ||
            !audit_queue_wait(caller->queue, &ticket) || ticket.receipt.index > CALLERS * EACH)
            return NULL;
        caller->seen[ticket.receipt.index] = true;
    }
    return caller;
}

static void many_callers_share_commits_and_each_gets_its_own_receipt(void **state)
{
    static struct caller caller[CALLERS];
    struct audit *audit;
    struct audit_queue *queue;
    pthread_t thread[CALLERS];
    struct test_found found;
    struct err err;
    unsigned seen = 0;

    (void)state;
    drop_home(NULL);
    make_home(NULL);
    audit = test_open(home);
    assert_true(audit_queue_start(audit, &queue, &err));
    memset(caller, 0, sizeof caller);
    for (unsigned i = 0; i < CALLERS; i++) {
        caller[i].queue = queue;
        caller[i].number = i;
        assert_int_equal(pthread_create(&thread[i], NULL, call, &caller[i]), 0);
    }
    for (unsigned i = 0; i < CALLERS; i++) {
        void *ok;

        pthread_join(thread[i], &ok);
        assert_non_null(ok);
        for (unsigned j = 0; j <= CALLERS * EACH; j++)
            seen += caller[i].seen[j];
    }
    audit_queue_stop(queue);
    audit_close(audit);
    assert_int_equal(seen, CALLERS * EACH);
    assert_int_equal(test_verify(home, &found), 3);
    assert_int_equal(found.result.size, CALLERS * EACH + 1);
    assert_true(found.result.checkpoints < CALLERS * EACH / 2);
}

static void polled_tickets_come_back_once_and_a_bad_record_spoils_no_other(void **state)
{
    static struct audit_ticket ticket[300];
    static struct test_record t[300];
    struct audit *audit = test_open(home);
    struct audit_queue *queue;
    struct err err;
    unsigned ok = 0;
    unsigned taken = 0;

    (void)state;
    assert_true(audit_queue_start(audit, &queue, &err));
    memset(ticket, 0, sizeof ticket);
    for (unsigned i = 0; i < 300; i++) {
        test_fill(&t[i], i);
        ticket[i].record = t[i].record;
        ticket[i].polled = true;
        if (i == 150)
            ticket[i].record.kind = "denial";
        assert_true(audit_queue_submit(queue, &ticket[i]));
    }
    while (taken < 300) {
        struct pollfd poll_fd = {.fd = audit_queue_fd(queue), .events = POLLIN};
        struct audit_ticket *done;

        assert_true(poll(&poll_fd, 1, 10000) == 1);
        while ((done = audit_queue_take(queue)) != NULL) {
            assert_true(done->done);
            ok += done->ok;
            taken++;
        }
    }
    assert_int_equal(ok, 299);
    assert_false(ticket[150].ok);
    assert_string_equal(ticket[150].err.code, "E-LOG-RECORD");
    audit_queue_stop(queue);
    audit_close(audit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_writers_lose_no_receipt),
        cmocka_unit_test(many_callers_share_commits_and_each_gets_its_own_receipt),
        cmocka_unit_test(polled_tickets_come_back_once_and_a_bad_record_spoils_no_other),
    };

    return cmocka_run_group_tests_name("writers", tests, make_home, drop_home);
}
