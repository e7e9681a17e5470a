/*
 * proof.c - proofs as files; see proof.h.
 */
#include "audit/proof.h"

#include <string.h>

#include "base/base64.h"

void proof_write(struct buf *out, uint64_t index, const struct tree_hash *hashes,
                 size_t count, const char *note, size_t note_len)
{
    buf_puts(out, PROOF_HEADER "\nindex ");
    buf_put_int(out, (int64_t)index);
    buf_putc(out, '\n');
    for (size_t i = 0; i < count; i++) {
        buf_put_base64(out, hashes[i].bytes, sizeof hashes[i].bytes);
        buf_putc(out, '\n');
    }
    buf_putc(out, '\n');
    buf_put(out, note, note_len);
}

struct reader {
    const char *at;
    const char *end;
    const char *line;
    size_t len;
};

/* Takes the next line, without its newline; false at the end. */
static bool next_line(struct reader *in)
{
    const char *stop = in->at < in->end ? memchr(in->at, '\n', (size_t)(in->end - in->at)) : NULL;

    if (stop == NULL)
        return false;
    in->line = in->at;
    in->len = (size_t)(stop - in->at);
    in->at = stop + 1;
    return true;
}

static bool starts(const struct reader *in, const char *word)
{
    size_t len = strlen(word);

    return in->len >= len && memcmp(in->line, word, len) == 0;
}

static bool base64_text(const char *text, size_t len)
{
    uint8_t group[3];
    size_t got;

    for (size_t at = 0; at < len; at += 4) {
        if (len - at < 4 || !base64_decode(text + at, 4, group, sizeof group, &got) ||
            (got < 3 && at + 4 != len))
            return false;
    }
    return true;
}

static bool parse_hashes(struct reader *in, struct proof *proof, struct err *err)
{
    while (next_line(in)) {
        size_t len;

        if (in->len == 0)
            return true;
        if (proof->count == TREE_PROOF_MAX)
            return err_set(err, ERR_INPUT, "E-PROOF", "the proof has too many hashes");
        if (!base64_decode(in->line, in->len, proof->hashes[proof->count].bytes, 32, &len) ||
            len != 32)
            return err_set(err, ERR_INPUT, "E-PROOF",
                           "hash %zu of the proof is not 32 bytes in base64", proof->count + 1);
        proof->count++;
    }
    return err_set(err, ERR_INPUT, "E-PROOF", "the proof has no empty line before its checkpoint");
}

bool proof_parse(const char *bytes, size_t len, struct proof *proof, struct err *err)
{
    struct reader in = {bytes, bytes + len, NULL, 0};

    proof->count = 0;
    proof->extra = NULL;
    proof->extra_len = 0;
    if (!next_line(&in) || in.len != strlen(PROOF_HEADER) || !starts(&in, PROOF_HEADER))
        return err_set(err, ERR_INPUT, "E-PROOF", "the file does not begin with '%s'",
                       PROOF_HEADER);
    if (!next_line(&in))
        return err_set(err, ERR_INPUT, "E-PROOF", "the proof has no index line");
    if (starts(&in, "extra ")) {
        proof->extra = in.line + 6;
        proof->extra_len = in.len - 6;
        if (!base64_text(proof->extra, proof->extra_len) || !next_line(&in))
            return err_set(err, ERR_INPUT, "E-PROOF", "the extra line of the proof cannot be read");
    }
    if (!starts(&in, "index ") || !note_parse_number(in.line + 6, in.len - 6, &proof->index))
        return err_set(err, ERR_INPUT, "E-PROOF", "the proof has no sound index line");
    if (!parse_hashes(&in, proof, err))
        return false;
    proof->note = in.at;
    proof->note_len = (size_t)(in.end - in.at);
    return true;
}

/* The origin must be a name of one of the keys, so that a key shared by two
 * logs does not vouch for the wrong one. */
static bool origin_known(const char *origin, const struct note_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i].name, origin) == 0)
            return true;
    }
    return count == 0;
}

bool proof_check(const struct proof *proof, const struct tree_hash *leaf,
                 const struct note_key *keys, size_t count, struct checkpoint *out,
                 struct err *err)
{
    struct note note;

    if (!note_split(proof->note, proof->note_len, &note, err) ||
        !checkpoint_parse(&note, out, err))
        return false;
    if (count > 0 && !note_verify(&note, keys, count, NULL, err))
        return false;
    if (!origin_known(out->origin, keys, count))
        return err_set(err, ERR_TAMPER, "E-ORIGIN", "the checkpoint is of another log");
    if (proof->index >= out->size)
        return err_set(err, ERR_TAMPER, "E-PROOF", "the index is not below the size of the tree");
    if (!tree_check_inclusion(proof->index, out->size, leaf, proof->hashes, proof->count,
                              &out->root))
        return err_set(err, ERR_TAMPER, "E-PROOF", "the record is not in that tree at that index");
    return true;
}
