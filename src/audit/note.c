/*
 * note.c - signed notes and checkpoints; see note.h.
 */
#include "audit/note.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/base64.h"
#include "base/escape.h"
#include "base/sha256.h"

#define EM_DASH "\xE2\x80\x94"
#define TYPE_ED25519 0x01

static bool unicode_space(uint32_t point)
{
    return point == ' ' || (point >= 9 && point <= 13) || point == 0x85 || point == 0xA0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200A) || point == 0x2028 ||
           point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

bool note_name_valid(const char *name, size_t len)
{
    if (len == 0 || len >= NOTE_NAME || !utf8_valid(name, len))
        return false;
    for (size_t at = 0; at < len;) {
        uint32_t point;

        at += utf8_decode(name + at, len - at, &point);
        if (unicode_space(point) || point == '+' || point < 0x20 || point == 0x7F)
            return false;
    }
    return true;
}

bool note_parse_number(const char *text, size_t len, uint64_t *number)
{
    uint64_t value = 0;

    if (len == 0 || len > 19 || (len > 1 && text[0] == '0'))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    *number = value;
    return value <= INT64_MAX;
}

/* libsodium asks to be started once; it needs no more than this here. */
static bool sodium_ready(void)
{
    return sodium_init() >= 0;
}

static void key_id(const struct note_key *key, uint8_t id[4])
{
    static const uint8_t tail[2] = {'\n', TYPE_ED25519};
    struct sha256 hash;
    uint8_t digest[SHA256_BYTES];

    sha256_start(&hash);
    sha256_add(&hash, key->name, strlen(key->name));
    sha256_add(&hash, tail, sizeof tail);
    sha256_add(&hash, key->public_key, sizeof key->public_key);
    sha256_end(&hash, digest);
    memcpy(id, digest, 4);
}

/* True if the 255-bit number is below 2^255 - 19: written the one way it can be. */
static bool canonical_field(const uint8_t bytes[32])
{
    if ((bytes[31] & 0x7F) != 0x7F)
        return true;
    for (size_t i = 30; i > 0; i--) {
        if (bytes[i] != 0xFF)
            return true;
    }
    return bytes[0] < 0xED;
}

bool note_public_key_valid(const uint8_t public_key[32])
{
    static const uint8_t identity[32] = {1};
    uint8_t point[32];

    if (!sodium_ready() || !canonical_field(public_key))
        return false;
    /* Eight times a point of small order is nothing at all. */
    memcpy(point, public_key, sizeof point);
    for (int doubling = 0; doubling < 3; doubling++) {
        if (crypto_core_ed25519_add(point, point, point) != 0)
            return false;
    }
    return memcmp(point, identity, sizeof point) != 0;
}

bool note_signature_valid(const uint8_t public_key[32], const void *text, size_t len,
                          const uint8_t signature[64])
{
    return sodium_ready() && canonical_field(signature) &&
           crypto_sign_verify_detached(signature, text, len, public_key) == 0;
}

/* Splits "NAME+xxxxxxxx+BASE64" and reads its parts into name, id and data. */
static bool parse_key_text(const char *text, size_t len, struct note_key *key,
                           uint8_t data[33])
{
    const char *plus = memchr(text, '+', len);
    size_t name_len = plus == NULL ? 0 : (size_t)(plus - text);
    size_t rest = len - name_len;
    size_t data_len;
    unsigned id = 0;

    if (!note_name_valid(text, name_len) || rest < 11 || plus[9] != '+')
        return false;
    memcpy(key->name, text, name_len);
    key->name[name_len] = '\0';
    for (size_t i = 1; i <= 8; i++) {
        const char *at = strchr("0123456789abcdef", plus[i]);

        if (plus[i] == '\0' || at == NULL)
            return false;
        id = id << 4 | (unsigned)(at - "0123456789abcdef");
    }
    for (size_t i = 0; i < 4; i++)
        key->id[i] = (uint8_t)(id >> (24 - 8 * i));
    return base64_decode(plus + 10, rest - 10, data, 33, &data_len) && data_len == 33 &&
           data[0] == TYPE_ED25519;
}

bool note_key_parse(const char *text, size_t len, struct note_key *key, struct err *err)
{
    uint8_t data[33];
    uint8_t id[4];

    if (!parse_key_text(text, len, key, data))
        return err_set(err, ERR_INPUT, "E-VKEY", "the text is not a public key of a log");
    memcpy(key->public_key, data + 1, 32);
    key_id(key, id);
    if (memcmp(id, key->id, 4) != 0)
        return err_set(err, ERR_INPUT, "E-VKEY", "the id of the public key does not fit it");
    if (!note_public_key_valid(key->public_key))
        return err_set(err, ERR_INPUT, "E-VKEY", "the public key is not a sound Ed25519 key");
    return true;
}

static void put_key_text(const struct note_key *key, const uint8_t bytes[32],
                         const char *prefix, char text[NOTE_VKEY])
{
    char encoded[BASE64_LEN(33) + 1];
    uint8_t data[33];

    data[0] = TYPE_ED25519;
    memcpy(data + 1, bytes, 32);
    base64_encode(data, sizeof data, encoded);
    snprintf(text, NOTE_VKEY, "%s%s+%02x%02x%02x%02x+%s", prefix, key->name, key->id[0],
             key->id[1], key->id[2], key->id[3], encoded);
    sodium_memzero(data, sizeof data);
    sodium_memzero(encoded, sizeof encoded);
}

void note_key_text(const struct note_key *key, char text[NOTE_VKEY])
{
    put_key_text(key, key->public_key, "", text);
}

bool note_key_equal(const struct note_key *a, const struct note_key *b)
{
    return strcmp(a->name, b->name) == 0 && memcmp(a->id, b->id, 4) == 0 &&
           memcmp(a->public_key, b->public_key, 32) == 0;
}

bool note_signer_make(const char *name, const uint8_t seed[32], struct note_signer *signer,
                      struct err *err)
{
    size_t len = strlen(name);

    if (!note_name_valid(name, len))
        return err_set(err, ERR_USAGE, "E-ORIGIN",
                       "'%s' cannot name a log: no spaces, no plus sign", name);
    if (!sodium_ready())
        return err_set(err, ERR_STORE, "E-SODIUM", "the signature library does not start");
    memcpy(signer->key.name, name, len + 1);
    crypto_sign_seed_keypair(signer->key.public_key, signer->secret, seed);
    key_id(&signer->key, signer->key.id);
    return true;
}

bool note_signer_parse(const char *text, size_t len, struct note_signer *signer,
                       struct err *err)
{
    static const char prefix[] = "PRIVATE+KEY+";
    const size_t skip = sizeof prefix - 1;
    struct note_key named;
    uint8_t data[33];
    bool ok;

    if (len <= skip || memcmp(text, prefix, skip) != 0 ||
        !parse_key_text(text + skip, len - skip, &named, data))
        return err_set(err, ERR_STORE, "E-KEY", "the text is not a private key of a log");
    ok = note_signer_make(named.name, data + 1, signer, err);
    sodium_memzero(data, sizeof data);
    if (ok && memcmp(named.id, signer->key.id, 4) != 0)
        return err_set(err, ERR_STORE, "E-KEY", "the id of the private key does not fit it");
    return ok;
}

void note_signer_text(const struct note_signer *signer, char text[NOTE_VKEY])
{
    put_key_text(&signer->key, signer->secret, "PRIVATE+KEY+", text);
}

void note_signer_wipe(struct note_signer *signer)
{
    sodium_memzero(signer, sizeof *signer);
}

void note_signature_line(struct buf *out, const char *text, size_t len,
                         const struct note_signer *signer)
{
    uint8_t line[4 + 64];

    assert(len > 0 && text[len - 1] == '\n');
    memcpy(line, signer->key.id, 4);
    crypto_sign_detached(line + 4, NULL, (const unsigned char *)text, len, signer->secret);
    buf_puts(out, EM_DASH " ");
    buf_puts(out, signer->key.name);
    buf_putc(out, ' ');
    buf_put_base64(out, line, sizeof line);
    buf_putc(out, '\n');
}

void note_sign(struct buf *out, const char *text, size_t len,
               const struct note_signer *signers, size_t count)
{
    buf_put(out, text, len);
    buf_putc(out, '\n');
    for (size_t i = 0; i < count; i++)
        note_signature_line(out, text, len, &signers[i]);
}

bool note_split(const char *bytes, size_t len, struct note *note, struct err *err)
{
    size_t at = len;

    if (len > NOTE_MAX)
        return err_set(err, ERR_INPUT, "E-NOTE", "the note is larger than %d bytes", NOTE_MAX);
    if (len == 0 || bytes[len - 1] != '\n')
        return err_set(err, ERR_INPUT, "E-NOTE", "the note does not end in a newline");
    if (!utf8_valid(bytes, len))
        return err_set(err, ERR_INPUT, "E-NOTE", "the note is not UTF-8");
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)bytes[i] < 0x20 && bytes[i] != '\n')
            return err_set(err, ERR_INPUT, "E-NOTE", "the note has a control character");
    }
    while (at > 1 && !(bytes[at - 1] == '\n' && bytes[at - 2] == '\n'))
        at--;
    if (at <= 1)
        return err_set(err, ERR_INPUT, "E-NOTE",
                       "the note has no empty line before its signatures");
    note->text = bytes;
    note->text_len = at - 1;
    note->signatures = bytes + at;
    note->signatures_len = len - at;
    if (note->signatures_len == 0)
        return err_set(err, ERR_INPUT, "E-NOTE", "the note has no signature");
    return true;
}

struct signature_line {
    const char *name;
    size_t name_len;
    uint8_t bytes[8192];
    size_t len;
};

static bool parse_signature(const char *line, size_t len, struct signature_line *out)
{
    const size_t dash = sizeof EM_DASH " " - 1;
    const char *space;

    if (len <= dash || memcmp(line, EM_DASH " ", dash) != 0)
        return false;
    line += dash;
    len -= dash;
    space = memchr(line, ' ', len);
    if (space == NULL)
        return false;
    out->name = line;
    out->name_len = (size_t)(space - line);
    return note_name_valid(out->name, out->name_len) &&
           base64_decode(space + 1, len - out->name_len - 1, out->bytes, sizeof out->bytes,
                         &out->len) &&
           out->len >= 5;
}

/* The key that a signature names, or count. */
static size_t find_key(const struct signature_line *line, const struct note_key *keys,
                       size_t count)
{
    size_t i = 0;

    while (i < count && !(strlen(keys[i].name) == line->name_len &&
                          memcmp(keys[i].name, line->name, line->name_len) == 0 &&
                          memcmp(keys[i].id, line->bytes, 4) == 0))
        i++;
    return i;
}

bool note_verify(const struct note *note, const struct note_key *keys, size_t count,
                 bool *signed_by, struct err *err)
{
    const char *at = note->signatures;
    const char *end = at + note->signatures_len;
    struct signature_line line;
    size_t lines = 0;
    size_t good = 0;

    if (signed_by != NULL)
        memset(signed_by, 0, count * sizeof *signed_by);
    for (; at < end; lines++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t which;

        if (stop == NULL || lines == NOTE_SIGNATURES ||
            !parse_signature(at, (size_t)(stop - at), &line))
            return err_set(err, ERR_INPUT, "E-NOTE", "signature line %zu cannot be read",
                           lines + 1);
        at = stop + 1;
        which = find_key(&line, keys, count);
        if (which == count)
            continue;
        if (line.len != 68 || !note_signature_valid(keys[which].public_key, note->text,
                                                    note->text_len, line.bytes + 4))
            return err_set(err, ERR_TAMPER, "E-SIGNATURE",
                           "the signature of '%s' does not fit the text", keys[which].name);
        if (signed_by != NULL)
            signed_by[which] = true;
        good++;
    }
    if (good == 0)
        return err_set(err, ERR_TAMPER, "E-SIGNATURE", "no known key signed this note");
    return true;
}

void checkpoint_text(struct buf *out, const char *origin, uint64_t size,
                     const struct tree_hash *root)
{
    buf_puts(out, origin);
    buf_putc(out, '\n');
    buf_put_int(out, (int64_t)size);
    buf_putc(out, '\n');
    buf_put_base64(out, root->bytes, sizeof root->bytes);
    buf_putc(out, '\n');
}

/* Takes the next line off the text; false at its end or for an empty line. */
static bool next_line(const char **at, const char *end, const char **line, size_t *len)
{
    const char *stop = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;

    if (stop == NULL || stop == *at)
        return false;
    *line = *at;
    *len = (size_t)(stop - *at);
    *at = stop + 1;
    return true;
}

bool checkpoint_parse(const struct note *note, struct checkpoint *out, struct err *err)
{
    const char *at = note->text;
    const char *end = at + note->text_len;
    const char *line;
    size_t len, root_len;

    if (!next_line(&at, end, &line, &len) || len >= NOTE_NAME)
        return err_set(err, ERR_INPUT, "E-CHECKPOINT", "the checkpoint has no origin line");
    memcpy(out->origin, line, len);
    out->origin[len] = '\0';
    if (!next_line(&at, end, &line, &len) || !note_parse_number(line, len, &out->size))
        return err_set(err, ERR_INPUT, "E-CHECKPOINT", "the checkpoint has no sound size line");
    if (!next_line(&at, end, &line, &len) ||
        !base64_decode(line, len, out->root.bytes, 32, &root_len) || root_len != 32)
        return err_set(err, ERR_INPUT, "E-CHECKPOINT", "the checkpoint has no sound root line");
    while (at < end) {
        if (!next_line(&at, end, &line, &len))
            return err_set(err, ERR_INPUT, "E-CHECKPOINT", "the checkpoint has an empty line");
    }
    return true;
}
