/*
 * batch_line.c - one line of a batch.
 */
#include "cli/batch_line.h"

#include <string.h>

struct scan {
    const char *at, *end;
};

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
        scan->at++;
}

static bool take(struct scan *scan, char byte)
{
    skip_space(scan);
    if (scan->at == scan->end || *scan->at != byte)
        return false;
    scan->at++;
    return true;
}

/* The bytes between two quotes; escapes are kept as they are. */
static bool take_string(struct scan *scan, struct str *text)
{
    if (!take(scan, '"'))
        return false;
    text->at = scan->at;
    while (scan->at < scan->end && *scan->at != '"')
        scan->at += *scan->at == '\\' && scan->at + 1 < scan->end ? 2 : 1;
    if (scan->at >= scan->end)
        return false;
    text->len = (size_t)(scan->at - text->at);
    scan->at++;
    return true;
}

/* Any value, by its brackets and quotes alone. */
static bool take_value(struct scan *scan, struct str *value)
{
    size_t depth = 0;
    struct str ignored;

    skip_space(scan);
    value->at = scan->at;
    while (scan->at < scan->end) {
        char byte = *scan->at;

        if (byte == '"') {
            if (!take_string(scan, &ignored))
                return false;
            continue;
        }
        if (depth == 0 && (byte == ',' || byte == '}' || byte == ']'))
            break;
        if (byte == '{' || byte == '[')
            depth++;
        else if (byte == '}' || byte == ']')
            depth--;
        scan->at++;
    }
    value->len = (size_t)(scan->at - value->at);
    return depth == 0 && value->len > 0;
}

/* A string value without escapes, or null, into text. */
static bool take_word(struct scan *scan, char text[BATCH_WORD])
{
    struct str value, word;
    struct scan inner;

    if (!take_value(scan, &value))
        return false;
    inner.at = value.at;
    inner.end = value.at + value.len;
    while (value.len > 0 && strchr(" \t\r", value.at[value.len - 1]) != NULL)
        value.len--;
    if (str_is(value, "null"))
        return true;
    if (!take_string(&inner, &word) || word.len >= BATCH_WORD || word.len == 0 ||
        memchr(word.at, '\\', word.len) != NULL)
        return false;
    memcpy(text, word.at, word.len);
    text[word.len] = '\0';
    skip_space(&inner);
    return inner.at == inner.end;
}

static bool not_a_line(struct err *err, const char *why)
{
    err_set(err, ERR_INPUT, "E-BATCH-LINE", "the line cannot be read: %s", why);
    return err_help(err, "a line is a case document, or {\"case\":...,\"policy\":ID}");
}

static bool is_wrapper(struct scan scan)
{
    struct str key;

    return take(&scan, '{') && take_string(&scan, &key) && take(&scan, ':') &&
           (str_is(key, "case") || str_is(key, "policy") || str_is(key, "as_of"));
}

static bool take_member(struct scan *scan, struct batch_line *line, struct err *err)
{
    struct str key;

    if (!take_string(scan, &key) || !take(scan, ':'))
        return not_a_line(err, "a name and a colon are missing");
    if (str_is(key, "case") && line->document.at != NULL)
        return not_a_line(err, "it has two cases");
    if (str_is(key, "case"))
        return take_value(scan, &line->document) || not_a_line(err, "the case has no end");
    if (str_is(key, "policy"))
        return take_word(scan, line->policy) || not_a_line(err, "the policy is not a short text");
    if (str_is(key, "as_of"))
        return take_word(scan, line->as_of) || not_a_line(err, "as_of is not a date");
    return not_a_line(err, "only case, policy and as_of are known beside each other");
}

bool batch_line_read(const char *text, size_t len, struct batch_line *line, struct err *err)
{
    struct scan scan = {text, text + len};

    line->document = (struct str){text, len};
    line->policy[0] = '\0';
    line->as_of[0] = '\0';
    if (!is_wrapper(scan))
        return true;
    line->document = str_of(NULL);
    take(&scan, '{');
    do {
        if (!take_member(&scan, line, err))
            return false;
    } while (take(&scan, ','));
    if (!take(&scan, '}'))
        return not_a_line(err, "the object has no end");
    skip_space(&scan);
    if (scan.at != scan.end)
        return not_a_line(err, "something follows the object");
    if (line->document.at == NULL)
        return not_a_line(err, "it has no case");
    return true;
}
