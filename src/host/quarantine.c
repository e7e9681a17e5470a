/*
 * quarantine.c - counting deaths by policy.
 *
 * The table is small and fixed: a host that sees more than 256 killing policies
 * forgets the one that has been quiet for longest, never one that is set aside
 * as long as there is another.
 */
#include "host/quarantine.h"

#include <stdio.h>
#include <string.h>

/* The entry of a policy, or NULL. Names are compared as far as they are kept. */
static const struct quarantine_entry *find(const struct quarantine *quarantine,
                                           const char *policy)
{
    for (unsigned i = 0; i < QUARANTINE_POLICIES; i++)
        if (strncmp(quarantine->entries[i].policy, policy, QUARANTINE_NAME - 1) == 0)
            return &quarantine->entries[i];
    return NULL;
}

static uint64_t newest(const struct quarantine_entry *entry)
{
    return entry->deaths == 0
               ? 0
               : entry->deaths_ns[(entry->deaths - 1) % QUARANTINE_DEATHS];
}

static struct quarantine_entry *find_or_make(struct quarantine *quarantine,
                                             const char *policy)
{
    const struct quarantine_entry *found = find(quarantine, policy);
    struct quarantine_entry *victim = &quarantine->entries[0];

    if (found != NULL)
        return &quarantine->entries[found - quarantine->entries];
    for (unsigned i = 1; i < QUARANTINE_POLICIES; i++) {
        struct quarantine_entry *entry = &quarantine->entries[i];

        if (entry->aside < victim->aside ||
            (entry->aside == victim->aside && newest(entry) < newest(victim)))
            victim = entry;
    }
    *victim = (struct quarantine_entry){.deaths = 0};
    snprintf(victim->policy, sizeof victim->policy, "%s", policy);
    return victim;
}

bool quarantine_note(struct quarantine *quarantine, const char *policy,
                     uint64_t now_ns)
{
    struct quarantine_entry *entry;
    unsigned recent = 0;

    if (policy == NULL || *policy == '\0')
        return false;
    entry = find_or_make(quarantine, policy);
    entry->deaths_ns[entry->deaths++ % QUARANTINE_DEATHS] = now_ns;
    for (unsigned i = 0; i < QUARANTINE_DEATHS && i < entry->deaths; i++)
        recent += now_ns - entry->deaths_ns[i] <= quarantine->window_ns;
    if (recent >= quarantine->deaths_max)
        entry->aside = true;
    return entry->aside;
}

bool quarantine_has(const struct quarantine *quarantine, const char *policy)
{
    const struct quarantine_entry *entry;

    if (policy == NULL || *policy == '\0')
        return false;
    entry = find(quarantine, policy);
    return entry != NULL && entry->aside;
}

void quarantine_forgive(struct quarantine *quarantine, const char *policy)
{
    for (unsigned i = 0; i < QUARANTINE_POLICIES; i++) {
        struct quarantine_entry *entry = &quarantine->entries[i];

        if (policy == NULL ||
            strncmp(entry->policy, policy, QUARANTINE_NAME - 1) == 0)
            *entry = (struct quarantine_entry){.deaths = 0};
    }
}
