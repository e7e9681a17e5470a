/*
 * case_syntax.c - says why bytes are no JSON at all; see case_syntax.h.
 *
 * The parser names a place and a kind of error; the same kind has several
 * everyday causes, which the bytes around the place tell apart.
 */
#include "judge/case_syntax.h"

#include "base/escape.h"

struct saying {
    const char *code;
    const char *text;
    const char *help;
};

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool starts(struct str bytes, size_t at, const char *with)
{
    struct str s = str_of(with);

    return at <= bytes.len && bytes.len - at >= s.len && memcmp(bytes.at + at, with, s.len) == 0;
}

/* The first byte that is not UTF-8; the length if there is none. */
static size_t first_bad_byte(struct str bytes)
{
    size_t at = 0;

    while (at < bytes.len) {
        uint32_t point;
        size_t step = utf8_decode(bytes.at + at, bytes.len - at, &point);

        if (step == 1 && point == 0xFFFD)
            return at;
        at += step;
    }
    return at;
}

/* True if a well-formed JSON number starts here: then only its size is wrong. */
static bool well_formed_number(struct str bytes, size_t at)
{
    size_t from;

    at += starts(bytes, at, "-");
    from = at;
    while (at < bytes.len && bytes.at[at] >= '0' && bytes.at[at] <= '9')
        at++;
    return at > from && (bytes.at[from] != '0' || at == from + 1);
}

static struct saying of_number(struct str bytes, size_t at)
{
    if (starts(bytes, at, "I") || starts(bytes, at, "N"))
        return (struct saying){"not-json", "NaN and Infinity are no numbers in JSON",
                               "leave the field out when nothing is known about it"};
    if (well_formed_number(bytes, at))
        return (struct saying){"out-of-range", "this number is out of range",
                               "no fact of a case needs a number this large"};
    return (struct saying){"not-json", "this is not a number as JSON writes them",
                           "write 7, 0.5 or -2: no leading zero or plus sign, "
                           "digits around the point"};
}

static struct saying of_character(struct str bytes, size_t at)
{
    char c = at < bytes.len ? bytes.at[at] : '\0';
    size_t after = at + 1;

    while (after < bytes.len && blank(bytes.at[after]))
        after++;
    if (c == '/' || c == '#')
        return (struct saying){"not-json", "JSON has no comments", "remove the comment"};
    if (c == '\'')
        return (struct saying){"not-json", "JSON writes text in double quotes", ""};
    if (c == 'N' || c == 'I')
        return (struct saying){"not-json", "NaN and Infinity are no numbers in JSON",
                               "leave the field out when nothing is known about it"};
    if (c == ',' && (starts(bytes, after, "}") || starts(bytes, after, "]")))
        return (struct saying){"not-json", "there is a comma before the closing bracket",
                               "remove the comma"};
    return (struct saying){"not-json", "unexpected character",
                           "look for a missing comma, colon, quote or bracket just before it"};
}

static struct saying of_string(struct str bytes, size_t at)
{
    if (at < bytes.len && (unsigned char)bytes.at[at] < 0x20)
        return (struct saying){"not-json", "a line break or control character inside text",
                               "write it as \\n or \\u00XX, or close the text with a quote "
                               "before it"};
    return (struct saying){"not-json", "an escape that JSON does not have",
                           "write \\\\ for a backslash; after \\u four hex digits"};
}

static struct saying saying_of(struct str bytes, const yyjson_read_err *why)
{
    if (why->code == YYJSON_READ_ERROR_UNEXPECTED_CONTENT)
        return (struct saying){"trailing", "there is more after the end of the case document",
                               "one file holds one case; for many cases in one file use one "
                               "line each"};
    if (why->code == YYJSON_READ_ERROR_UNEXPECTED_END)
        return (struct saying){"truncated", "the case document ends too early",
                               "the file is not whole: get it again from where it came"};
    if (why->code == YYJSON_READ_ERROR_INVALID_NUMBER)
        return of_number(bytes, why->pos);
    if (why->code == YYJSON_READ_ERROR_INVALID_STRING)
        return of_string(bytes, why->pos);
    if (why->code == YYJSON_READ_ERROR_LITERAL)
        return (struct saying){"not-json", "unknown word",
                               "without quotes JSON has only true, false and null"};
    return of_character(bytes, why->pos);
}

static bool encoding_problem(struct case_problems *problems, struct str bytes)
{
    const struct str whole = {"", 0};
    size_t bad;

    if (starts(bytes, 0, "\xEF\xBB\xBF")) {
        case_problem_add(problems, "byte-order-mark", whole, 0, "save it as UTF-8 without a mark",
                         "the case document starts with a byte order mark");
        return true;
    }
    if (starts(bytes, 0, "\xFE\xFF") || starts(bytes, 0, "\xFF\xFE")) {
        case_problem_add(problems, "not-utf8", whole, 0, "save it as UTF-8",
                         "the case document is UTF-16 or UTF-32");
        return true;
    }
    bad = first_bad_byte(bytes);
    if (bad == bytes.len)
        return false;
    case_problem_add(problems, "not-utf8", whole, bad, "save it as UTF-8",
                     "byte %zu of the case document is not UTF-8", bad);
    return true;
}

void case_syntax_problem(struct case_problems *problems, struct str bytes,
                         const yyjson_read_err *why)
{
    const struct str whole = {"", 0};
    struct saying saying;

    if (why->code == YYJSON_READ_ERROR_EMPTY_CONTENT) {
        case_problem_add(problems, "empty", whole, 0,
                         "nothing arrived: look at what should have written it",
                         "the case document is empty");
        return;
    }
    if (encoding_problem(problems, bytes))
        return;
    saying = saying_of(bytes, why);
    case_problem_add(problems, saying.code, whole, why->pos, saying.help, "%s", saying.text);
}

bool case_syntax_too_deep(struct case_problems *problems, struct str bytes, unsigned limit)
{
    const struct str whole = {"", 0};
    unsigned depth = 0;
    bool in_string = false;

    for (size_t at = 0; at < bytes.len; at++) {
        char c = bytes.at[at];

        if (in_string) {
            at += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth <= limit)
                continue;
            case_problem_add(problems, "too-deep", whole, at, "",
                             "nested deeper than %u levels", limit);
            return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}
