/*
 * quarantine.h - which policies ended workers lately.
 */
#ifndef RUBRIC_HOST_QUARANTINE_H
#define RUBRIC_HOST_QUARANTINE_H

#include <stdbool.h>
#include <stdint.h>

#define QUARANTINE_POLICIES 256
#define QUARANTINE_NAME 128
#define QUARANTINE_DEATHS 8

struct quarantine_entry {
    char policy[QUARANTINE_NAME]; /* "" : free */
    uint64_t deaths_ns[QUARANTINE_DEATHS]; /* a ring of the newest */
    unsigned deaths;                       /* in all */
    bool aside;
};

struct quarantine {
    unsigned deaths_max; /* at most QUARANTINE_DEATHS */
    uint64_t window_ns;
    struct quarantine_entry entries[QUARANTINE_POLICIES];
};

/* Notes a death at a time; true if the policy is set aside from now on. */
bool quarantine_note(struct quarantine *quarantine, const char *policy,
                     uint64_t now_ns);
bool quarantine_has(const struct quarantine *quarantine, const char *policy);
void quarantine_forgive(struct quarantine *quarantine, const char *policy);

#endif
