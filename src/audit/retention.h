/*
 * retention.h - how long records are kept, and by which rule.
 *
 * A rule is a name and a number of years. The rule 'default' is for every record.
 * Any other is for the records of a case whose payer, plan or line of business
 * has the words of its name in it, or whose policy's id has. The longest counts.
 */
#ifndef RUBRIC_AUDIT_RETENTION_H
#define RUBRIC_AUDIT_RETENTION_H

#include "audit/audit.h"

#define RETENTION_NAME 64
#define RETENTION_RULES 64
#define RETENTION_YEARS_MOST 200

struct retention_rule {
    char name[RETENTION_NAME]; /* words in lower case, joined with '-' */
    int years;
    int64_t index; /* of the record that set it; -1: it came with rubric */
};

struct retention {
    struct retention_rule rule[RETENTION_RULES];
    size_t count;
};

/* The rules in force, by name. */
MUST_CHECK bool audit_retention(struct audit *audit, struct retention *out, struct err *err);
/* years 0: the rule is as it came with rubric, or there is none any more. */
MUST_CHECK bool audit_retention_set(struct audit *audit, const char *name, int years,
                                    const char *reason, const struct audit_actor *actor,
                                    struct audit_receipt *receipt, struct err *err);

/* The first entry below `before` that must still be kept, by which rule (one of
 * the set), and until when. No rule is shorter than `least` years here. */
struct retention_found {
    bool found;
    uint64_t index;
    const char *rule; /* NULL: `least` */
    int years;
    int64_t until_ms;
};
MUST_CHECK bool retention_check(struct audit *audit, const struct retention *rules, int least,
                                uint64_t before, struct retention_found *out, struct err *err);

#endif
