/*
 * keys.h - changing the keys of a log, and their files.
 */
#ifndef RUBRIC_AUDIT_KEYS_H
#define RUBRIC_AUDIT_KEYS_H

#include "audit/log.h"

#define LOG_KEYS 64 /* keys that one log can have had */

/* For readers: the key that finds cases, if it is there. Always true. */
bool keys_find_only(struct audit *audit);
/* Makes a key and its file. */
bool keys_new_signer(struct audit *audit, struct log_signer *signer, struct err *err);
/* Writes the file that names the program which signs for a public key. */
bool keys_outside_signer(struct audit *audit, const struct log_signer *signer, struct err *err);
/* Writes the row of a key in meta; inside a transaction. */
bool keys_store(struct audit *audit, const struct log_key *key, struct err *err);

/* Adds a second key: its record is signed by the old key and the new one. */
MUST_CHECK bool audit_key_add(struct audit *audit, const struct audit_actor *actor,
                              char vkey[NOTE_VKEY], struct audit_receipt *receipt,
                              struct err *err);
/* The same with a key whose secret a program outside has: command gets the text
 * of each checkpoint and prints its signature line. The key must bear the
 * log's name. */
MUST_CHECK bool audit_key_add_outside(struct audit *audit, const struct audit_actor *actor,
                                      const char *vkey, const char *command,
                                      struct audit_receipt *receipt, struct err *err);
/* Retires a key, of which another must go on signing. */
MUST_CHECK bool audit_key_retire(struct audit *audit, const struct audit_actor *actor,
                                 const char *vkey, struct audit_receipt *receipt,
                                 struct err *err);
/* Revokes a stolen key as of the newest anchor, closes this log, and starts one
 * of a new name that says what it continues. The handle is of the closed log: open the
 * home again to go on. */
MUST_CHECK bool audit_key_revoke(struct audit *audit, const struct audit_actor *actor,
                                 const char *vkey, const char *reason, struct err *err);
/* After a refused start-up: puts the file aside and starts a new log that names
 * the gap. */
MUST_CHECK bool audit_accept_rollback(const char *home, const struct audit_options *options,
                                      const struct audit_actor *actor, const char *reason,
                                      struct err *err);

#endif
