/*
 * note.h - signed notes and checkpoints, as C2SP writes them.
 *
 * A note is a text that ends in a newline, an empty line, and signature lines
 * "- NAME BASE64(key id, signature)" that begin with an em dash. A checkpoint
 * is a note whose text is origin, size and root. Only Ed25519 (type 01) is
 * spoken; signatures of unknown keys are passed over, a bad signature of a
 * known key spoils the note. Pure functions: no file, no database.
 */
#ifndef RUBRIC_AUDIT_NOTE_H
#define RUBRIC_AUDIT_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/tree.h"
#include "base/buf.h"
#include "base/err.h"

#define NOTE_NAME 256        /* bytes of a key name or origin, NUL included */
#define NOTE_VKEY 384        /* bytes of a public key's text, NUL included */
#define NOTE_MAX 65536       /* bytes of a note that a verifier will read */
#define NOTE_SIGNATURES 64   /* signature lines that a verifier will read */

struct note_key {
    char name[NOTE_NAME];
    uint8_t id[4];
    uint8_t public_key[32];
};

struct note_signer {
    struct note_key key;
    uint8_t secret[64]; /* seed and public key, as libsodium keeps it */
};
/* A key whose secret another program has is a struct log_signer (log.h). */

/* A name: not empty, no space, no plus, no control character, valid UTF-8. */
bool note_name_valid(const char *name, size_t len);

/* "NAME+xxxxxxxx+BASE64". Refuses a key that is not a canonical point of large
 * order, and an id that does not belong to the key. */
MUST_CHECK bool note_key_parse(const char *text, size_t len, struct note_key *key,
                               struct err *err);
void note_key_text(const struct note_key *key, char text[NOTE_VKEY]);
bool note_key_equal(const struct note_key *a, const struct note_key *b);

/* A signer from its 32-byte seed, and its text "PRIVATE+KEY+NAME+xxxxxxxx+BASE64". */
MUST_CHECK bool note_signer_make(const char *name, const uint8_t seed[32],
                                 struct note_signer *signer, struct err *err);
MUST_CHECK bool note_signer_parse(const char *text, size_t len, struct note_signer *signer,
                                  struct err *err);
void note_signer_text(const struct note_signer *signer, char text[NOTE_VKEY]);
void note_signer_wipe(struct note_signer *signer);

/* Ed25519 with one fixed rule of acceptance: S below the group order, R
 * canonical, public key canonical and of large order. */
bool note_signature_valid(const uint8_t public_key[32], const void *text, size_t len,
                          const uint8_t signature[64]);
bool note_public_key_valid(const uint8_t public_key[32]);

/* Appends text (which must end in a newline), the empty line and one signature
 * line for each signer. */
void note_sign(struct buf *out, const char *text, size_t len,
               const struct note_signer *signers, size_t count);

/* One such line. */
void note_signature_line(struct buf *out, const char *text, size_t len,
                         const struct note_signer *signer);

/* A note taken apart; the pointers lie inside the bytes that were read. */
struct note {
    const char *text; /* the signed text, its last newline included */
    size_t text_len;
    const char *signatures; /* the signature lines */
    size_t signatures_len;
};

MUST_CHECK bool note_split(const char *bytes, size_t len, struct note *note,
                           struct err *err);
/* True if at least one of the keys signed and none of their signatures is bad.
 * signed_by, if not NULL, gets one bool for each key. */
MUST_CHECK bool note_verify(const struct note *note, const struct note_key *keys,
                            size_t count, bool *signed_by, struct err *err);

struct checkpoint {
    char origin[NOTE_NAME];
    uint64_t size;
    struct tree_hash root;
};

/* Appends the text of a checkpoint. */
void checkpoint_text(struct buf *out, const char *origin, uint64_t size,
                     const struct tree_hash *root);
/* Reads the text of a note as a checkpoint; extension lines are allowed. */
MUST_CHECK bool checkpoint_parse(const struct note *note, struct checkpoint *out,
                                 struct err *err);

/* Reads a decimal number without leading zeros and at most 2^63-1. */
bool note_parse_number(const char *text, size_t len, uint64_t *number);

#endif
