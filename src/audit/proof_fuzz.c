/*
 * proof_fuzz.c - whatever bytes somebody hands an auditor: notes, checkpoints,
 * proofs, keys, cores and JSON are read without harm, and what is read and
 * written again is the same.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "audit/anchor.h"
#include "audit/core.h"
#include "audit/proof.h"
#include "base/canon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_note(const char *bytes, size_t len)
{
    struct note note;
    struct checkpoint at;
    struct buf again = BUF_INIT;
    struct note_key key;

    if (note_key_parse(bytes, len, &key, NULL)) {
        char text[NOTE_VKEY];

        note_key_text(&key, text);
        assert(strlen(text) == len && memcmp(text, bytes, len) == 0);
    }
    if (note_split(bytes, len, &note, NULL) && checkpoint_parse(&note, &at, NULL)) {
        checkpoint_text(&again, at.origin, at.size, &at.root);
        assert(again.len <= note.text_len && memcmp(again.data, note.text, again.len) == 0);
        (void)!note_verify(&note, &key, 0, NULL, NULL);
    }
    buf_free(&again);
}

static void read_proof(const char *bytes, size_t len)
{
    static struct proof proof;
    struct buf again = BUF_INIT;

    if (proof_parse(bytes, len, &proof, NULL) && proof.extra == NULL) {
        proof_write(&again, proof.index, proof.hashes, proof.count, proof.note, proof.note_len);
        assert(again.len == len && memcmp(again.data, bytes, len) == 0);
    }
    buf_free(&again);
}

static void read_json(const char *bytes, size_t len)
{
    struct buf once = BUF_INIT;
    struct buf twice = BUF_INIT;
    struct core_view view = CORE_VIEW_INIT;

    if (canon_json(bytes, len, 64, &once, NULL)) {
        assert(canon_json(once.data, once.len, 64, &twice, NULL));
        assert(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    }
    if (core_read(&view, bytes, len, NULL))
        assert(once.len == len && memcmp(once.data, bytes, len) == 0);
    core_view_free(&view);
    buf_free(&once);
    buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct anchor_line line;
    const char *bytes = (const char *)data;

    read_note(bytes, size);
    read_proof(bytes, size);
    read_json(bytes, size);
    (void)!anchor_parse(bytes, size, &line, NULL);
    return 0;
}
