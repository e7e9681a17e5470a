/*
 * code_key.c - what a code looks like, and codes as numbers; see code_key.h.
 */
#include "codes/code_key.h"

#include <assert.h>
#include <string.h>

static const char *const system_names[] = {"icd-10-cm", "cpt", "hcpcs", "pos", "modifier"};

/* Names by which the systems arrive in cases and value sets. */
static const struct {
    const char *name;
    int system;
} aliases[] = {
    {"icd-10-cm", CODE_SYSTEM_ICD10CM},
    {"cpt", CODE_SYSTEM_CPT},
    {"hcpcs", CODE_SYSTEM_HCPCS},
    {"pos", CODE_SYSTEM_POS},
    {"modifier", CODE_SYSTEM_MODIFIER},
    {"icd10cm", CODE_SYSTEM_ICD10CM},
    {"icd10", CODE_SYSTEM_ICD10CM},
    {"http://hl7.org/fhir/sid/icd-10-cm", CODE_SYSTEM_ICD10CM},
    {"urn:oid:2.16.840.1.113883.6.90", CODE_SYSTEM_ICD10CM},
    {"2.16.840.1.113883.6.90", CODE_SYSTEM_ICD10CM},
    {"http://www.ama-assn.org/go/cpt", CODE_SYSTEM_CPT},
    {"urn:oid:2.16.840.1.113883.6.12", CODE_SYSTEM_CPT},
    {"2.16.840.1.113883.6.12", CODE_SYSTEM_CPT},
    {"urn:oid:2.16.840.1.113883.6.285", CODE_SYSTEM_HCPCS},
    {"2.16.840.1.113883.6.285", CODE_SYSTEM_HCPCS},
    {"http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", CODE_SYSTEM_HCPCS},
    {"https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", CODE_SYSTEM_HCPCS},
    {"https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
     CODE_SYSTEM_POS},
};

const char *code_system_name(int system)
{
    return system >= 0 && system < CODE_SYSTEM_OWN ? system_names[system] : NULL;
}

int code_system_named(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strlen(aliases[i].name) == len && memcmp(aliases[i].name, name, len) == 0)
            return aliases[i].system;
    }
    return CODE_SYSTEM_NONE;
}

code_key code_pack(const char *text, size_t len)
{
    code_key key = 0;

    if (len == 0 || len > 8)
        return 0;
    for (size_t i = 0; i < len; i++)
        key |= (code_key)(unsigned char)text[i] << (56 - 8 * i);
    return key;
}

size_t code_key_len(code_key key)
{
    return key == 0 ? 0 : 8 - (size_t)__builtin_ctzll(key) / 8;
}

size_t code_unpack(code_key key, char text[CODE_TEXT])
{
    size_t len = code_key_len(key);

    for (size_t i = 0; i < len; i++)
        text[i] = (char)(key >> (56 - 8 * i) & 0xFF);
    text[len] = '\0';
    return len;
}

size_t code_show(int system, code_key key, char text[CODE_SHOWN])
{
    size_t len = code_unpack(key, text);

    if (system != CODE_SYSTEM_ICD10CM || len <= 3)
        return len;
    memmove(text + 4, text + 3, len - 3 + 1);
    text[3] = '.';
    return len + 1;
}

code_key code_key_cut(code_key key, size_t len)
{
    return key & ~code_tail(len);
}

code_key code_key_last(code_key key)
{
    return key | code_tail(code_key_len(key));
}

bool code_key_under(code_key key, code_key prefix)
{
    return key >= prefix && key <= code_key_last(prefix);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A code without the blanks around it, in upper case, its dot taken out. */
struct bare {
    char text[CODE_TEXT];
    size_t len;
    size_t dot;  /* how many bytes stood before the dot; 0: none */
    size_t lead; /* blanks before it */
    size_t bad;  /* the offset of a byte that no code has, plus one; 0: none */
};

static bool make_bare(const char *code, size_t len, struct bare *bare)
{
    *bare = (struct bare){{0}, 0, 0, 0, 0};
    while (len > 0 && is_blank(code[len - 1]))
        len--;
    while (bare->lead < len && is_blank(code[bare->lead]))
        bare->lead++;
    for (size_t i = bare->lead; i < len; i++) {
        char c = code[i];

        if (c == '.' && bare->dot == 0 && bare->len > 0) {
            bare->dot = bare->len;
            continue;
        }
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c <= ' ' || c > '~' || c == '.' || bare->len == 8) {
            bare->bad = i + 1;
            return false;
        }
        bare->text[bare->len++] = c;
    }
    return bare->len > 0;
}

static bool all_digits(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
    }
    return true;
}

/* How many leading bytes fit an ICD-10-CM code. */
static size_t icd_fits(const struct bare *bare)
{
    size_t i = 0;

    for (; i < bare->len && i < 7; i++) {
        char c = bare->text[i];
        bool fits = i == 0 ? is_letter(c) : i == 1 ? is_digit(c) : is_digit(c) || is_letter(c);

        if (!fits)
            break;
    }
    return i;
}

static bool is_icd(const struct bare *bare, size_t least)
{
    return bare->len >= least && bare->len <= 7 && (bare->dot == 0 || bare->dot == 3) &&
           icd_fits(bare) == bare->len;
}

static bool is_cpt(const struct bare *bare, size_t least)
{
    size_t len = bare->len;

    if (bare->dot != 0 || len < least || len > 5)
        return false;
    if (all_digits(bare->text, len))
        return true;
    return len == 5 && all_digits(bare->text, 4) && is_letter(bare->text[4]);
}

static bool is_hcpcs(const struct bare *bare, size_t least)
{
    return bare->dot == 0 && bare->len >= least && bare->len <= 5 &&
           is_letter(bare->text[0]) && all_digits(bare->text + 1, bare->len - 1);
}

static bool is_modifier(const struct bare *bare, size_t least)
{
    if (bare->dot != 0 || bare->len < least || bare->len > 2)
        return false;
    for (size_t i = 0; i < bare->len; i++) {
        if (!is_digit(bare->text[i]) && !is_letter(bare->text[i]))
            return false;
    }
    return true;
}

static bool guess(int *system, const struct bare *bare, size_t five)
{
    if (is_cpt(bare, five))
        *system = CODE_SYSTEM_CPT;
    else if (is_hcpcs(bare, 5))
        *system = CODE_SYSTEM_HCPCS;
    else if (is_icd(bare, five == 5 ? 3 : 1))
        *system = CODE_SYSTEM_ICD10CM;
    else
        return false;
    return true;
}

static code_key normal(int *system, const char *code, size_t len, bool whole)
{
    size_t five = whole ? 5 : 1;
    struct bare bare;
    bool fits = true;

    if (!make_bare(code, len, &bare))
        return 0;
    switch (*system) {
    case CODE_SYSTEM_NONE:
        fits = guess(system, &bare, five);
        break;
    case CODE_SYSTEM_ICD10CM:
        fits = is_icd(&bare, whole ? 3 : 1);
        break;
    case CODE_SYSTEM_CPT:
    case CODE_SYSTEM_HCPCS:
        if (is_cpt(&bare, five))
            *system = CODE_SYSTEM_CPT;
        else if (is_hcpcs(&bare, five))
            *system = CODE_SYSTEM_HCPCS;
        else
            fits = false;
        break;
    case CODE_SYSTEM_POS:
        fits = bare.dot == 0 && bare.len <= 2 && bare.len >= (whole ? 2u : 1u) &&
               all_digits(bare.text, bare.len);
        break;
    case CODE_SYSTEM_MODIFIER:
        fits = is_modifier(&bare, whole ? 2 : 1);
        break;
    default:
        fits = bare.dot == 0;
    }
    return fits ? code_pack(bare.text, bare.len) : 0;
}

/* ---- nearly all codes that are asked for: eight bytes at once ------------------ */

/* The high bit of each byte that lies in [low, high]; every byte is below 0x80. */
static uint64_t bytes_within(uint64_t bytes, unsigned low, unsigned high)
{
    return (bytes + CODE_EACH * (0x80 - low)) & ~(bytes + CODE_EACH * (0x7F - high)) & CODE_HIGH;
}

/* Which system a code of letters and digits is of: what was asked for, or what
 * its shape says. False if its shape is not that of the system. */
static bool plain_system(int *system, uint64_t digits, uint64_t letters, bool five)
{
    const uint64_t first_four = CODE_HIGH & ~code_tail(4), last_four = first_four >> 8;
    bool icd = (letters & digits << 8) >> 63 != 0;

    if (*system == CODE_SYSTEM_ICD10CM)
        return icd;
    if (*system > CODE_SYSTEM_HCPCS)
        return false;
    if (five && (digits & first_four) == first_four)
        *system = CODE_SYSTEM_CPT;
    else if (five && letters >> 63 != 0 && (digits & last_four) == last_four)
        *system = CODE_SYSTEM_HCPCS;
    else if (*system == CODE_SYSTEM_NONE && icd)
        *system = CODE_SYSTEM_ICD10CM;
    else
        return false;
    return true;
}

/* A code without blanks around it, its dot, if any, behind the third letter.
 * 0 for the rest, which normal() reads. */
static code_key plain(int *system, const char *code, size_t len)
{
    uint64_t bytes, digits, letters, used;
    bool dot;

    if (len < 3 || len > 8)
        return 0;
    bytes = code_load(code, len);
    dot = len > 4 && (bytes >> 32 & 0xFF) == '.';
    if (dot) {
        bytes = (bytes & ~code_tail(3)) | (bytes << 8 & code_tail(3));
        len--;
    }
    if ((bytes & CODE_HIGH) != 0 || len == 8)
        return 0;
    bytes -= bytes_within(bytes, 'a', 'z') >> 2;
    digits = bytes_within(bytes, '0', '9');
    letters = bytes_within(bytes, 'A', 'Z');
    used = CODE_HIGH & ~code_tail(len);
    if (((digits | letters) & used) != used ||
        !plain_system(system, digits, letters, !dot && len == 5))
        return 0;
    return bytes;
}

code_key code_normal(int *system, const char *code, size_t len)
{
    code_key key = plain(system, code, len);

    return key != 0 ? key : normal(system, code, len, true);
}

code_key code_normal_prefix(int *system, const char *code, size_t len)
{
    return normal(system, code, len, false);
}

static const char *shape_of(int system)
{
    switch (system) {
    case CODE_SYSTEM_NONE:
        return "expected a code such as M54.16, J2274 or 64483";
    case CODE_SYSTEM_ICD10CM:
        return "expected a letter, a digit, and one to five more, the dot after the third: M54.16";
    case CODE_SYSTEM_CPT:
        return "expected five digits, or four digits and a letter: 64483";
    case CODE_SYSTEM_HCPCS:
        return "expected a letter and four digits: J2274";
    case CODE_SYSTEM_POS:
        return "expected two digits: 11";
    case CODE_SYSTEM_MODIFIER:
        return "expected two letters or digits: RT";
    default:
        return "expected one to eight letters, digits or signs, without blanks or dots";
    }
}

/* Where an ICD-10-CM code stops having its shape, as an offset into bare. */
static size_t first_misfit(int system, const struct bare *bare)
{
    if (system == CODE_SYSTEM_ICD10CM)
        return bare->dot != 0 && bare->dot < 3 ? bare->dot : icd_fits(bare);
    for (size_t i = 0; i < bare->len; i++) {
        bool wants_letter = system == CODE_SYSTEM_HCPCS && i == 0;

        if (wants_letter ? !is_letter(bare->text[i]) : !is_digit(bare->text[i]))
            return i;
    }
    return bare->len;
}

bool code_malformed(int system, const char *code, size_t len, struct err *err)
{
    const char *name = code_system_name(system);
    struct bare bare;
    size_t column, misfit;
    bool made = make_bare(code, len, &bare);

    misfit = first_misfit(system, &bare);
    if (bare.bad != 0)
        column = bare.bad;
    else if (bare.dot != 0 && bare.dot != 3)
        column = bare.lead + bare.dot + 1;
    else
        column = bare.lead + misfit + (bare.dot != 0 && misfit >= bare.dot) + 1;
    if (name == NULL)
        err_set(err, ERR_INPUT, "code-malformed", "'%.*s' does not have the shape of a code",
                (int)(len > 64 ? 64 : len), code);
    else
        err_set(err, ERR_INPUT, "code-malformed", "'%.*s' does not have the shape of %s %s code",
                (int)(len > 64 ? 64 : len), code, name[0] == 'i' ? "an" : "a", name);
    if (made && misfit < bare.len && (bare.text[misfit] == 'O' || bare.text[misfit] == 'I'))
        return err_help(err, "column %zu: a digit is wanted, not the letter %c; %s", column,
                        bare.text[misfit], shape_of(system));
    return err_help(err, "column %zu: %s", column, shape_of(system));
}
