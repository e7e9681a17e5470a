/*
 * act.h - what people do about an answer: review it, override it, send for
 * evidence or get it, write a letter, talk to a peer, hear an appeal.
 *
 * Each is a record about an earlier one. The core holds codes; free text and
 * papers are sealed. The host has no word for denial: an adverse decision is the
 * review of a person, who says as what, and with which licence.
 */
#ifndef RUBRIC_AUDIT_ACT_H
#define RUBRIC_AUDIT_ACT_H

#include "audit/audit.h"

/* A finding that a person changed. */
struct audit_finding {
    const char *criterion; /* its id in the policy */
    const char *from, *to; /* "met", "not_met", "undocumented" ... */
    const char *reason;    /* a short code */
};

struct audit_act {
    const char *kind; /* review override evidence letter p2p appeal */
    uint64_t target;  /* the entry that it is about */
    struct audit_actor actor;
    const char *licence;  /* class of the person's licence, as "MD"; may be NULL */
    const char *decision; /* "approve", "adverse", "pend", "refer" ...; may be NULL */
    bool corrects;        /* the target was wrong: this stands in its place */
    const struct audit_finding *changes;
    size_t change_count;
    const struct audit_seal *papers; /* labels text, document, letter */
    size_t paper_count;
};

/* Appends the record, under the case of its target. A letter keeps the
 * checkpoint of its target for ever. */
MUST_CHECK bool audit_act(struct audit *audit, const struct audit_act *act,
                          struct audit_receipt *receipt, struct err *err);

#endif
