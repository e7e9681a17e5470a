/*
 * xml.c - the tags of an XML text, one after the other; see xml.h.
 */
#include "codes/xml.h"

#include <stdio.h>
#include <string.h>

void xml_start(struct xml *xml, const char *bytes, size_t len)
{
    *xml = (struct xml){.at = bytes, .end = bytes + len, .line = 1};
}

static bool slip(struct xml *xml, const char *before, struct str name, const char *behind)
{
    snprintf(xml->slip, sizeof xml->slip, "%s%.*s%s", before,
             (int)(name.len > 40 ? 40 : name.len), name.len == 0 ? "" : name.at, behind);
    return false;
}

static void count_lines(struct xml *xml, const char *from, const char *to)
{
    while (from < to && (from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
        xml->line++;
        from++;
    }
}

/* Where a piece of markup that begins at '<' ends: one past its '>'. */
static const char *markup_end(const char *at, const char *end)
{
    const char *mark;

    if (end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
        mark = memmem(at, (size_t)(end - at), "-->", 3);
        return mark == NULL ? NULL : mark + 3;
    }
    mark = memchr(at, '>', (size_t)(end - at));
    return mark == NULL ? NULL : mark + 1;
}

static struct str name_of(struct str tag)
{
    struct str name = {tag.at, 0};

    while (name.len < tag.len && (unsigned char)tag.at[name.len] > ' ' &&
           tag.at[name.len] != '/') {
        name.len++;
        if (name.at[name.len - 1] == ':') { /* a prefix */
            tag = (struct str){name.at + name.len, tag.len - name.len};
            name = (struct str){tag.at, 0};
        }
    }
    return name;
}

static bool open_tag(struct xml *xml)
{
    xml->root = xml->opens = true;
    xml->name = name_of(xml->tag);
    xml->empty = xml->tag.at[xml->tag.len - 1] == '/';
    if (xml->empty)
        return true;
    if (xml->depth == XML_DEPTH)
        return slip(xml, "elements deeper than any table has", xml->name, "");
    xml->open[xml->depth++] = xml->name;
    return true;
}

static bool close_tag(struct xml *xml)
{
    xml->opens = xml->empty = false;
    xml->name = name_of((struct str){xml->tag.at + 1, xml->tag.len - 1});
    if (xml->depth == 0 || !str_equal(xml->open[xml->depth - 1], xml->name))
        return slip(xml, "</", xml->name, "> closes what is not open");
    xml->depth--;
    return true;
}

bool xml_next(struct xml *xml)
{
    const char *text = xml->at;

    while (xml->at < xml->end) {
        const char *mark = memchr(xml->at, '<', (size_t)(xml->end - xml->at));
        const char *after = mark == NULL ? NULL : markup_end(mark, xml->end);

        count_lines(xml, xml->at, mark == NULL ? xml->end : mark);
        if (mark == NULL)
            break;
        if (after == NULL)
            return slip(xml, "the file ends inside an element: it is cut off", str_of(NULL), "");
        xml->tag = (struct str){mark + 1, (size_t)(after - mark) - 2};
        xml->text = (struct str){text, (size_t)(mark - text)};
        count_lines(xml, mark, after);
        xml->at = after;
        if (xml->tag.len > 0 && xml->tag.at[0] == '/')
            return close_tag(xml);
        if (xml->tag.len > 0 && xml->tag.at[0] != '?' && xml->tag.at[0] != '!')
            return open_tag(xml);
        text = after;
    }
    xml->at = xml->end;
    if (xml->depth > 0)
        return slip(xml, "<", xml->open[xml->depth - 1], "> is never closed: the file is cut off");
    return !xml->root && slip(xml, "there is no element in it", str_of(NULL), "");
}

struct str xml_above(const struct xml *xml)
{
    size_t inside = xml->opens && !xml->empty ? 1 : 0;

    return xml->depth > inside ? xml->open[xml->depth - inside - 1] : (struct str){"", 0};
}

struct str xml_attribute(const struct xml *xml, const char *name)
{
    struct str tag = xml->tag;
    size_t len = strlen(name);

    for (size_t i = 1; i + len + 2 < tag.len; i++) {
        const char *from = tag.at + i + len + 2, *to;
        bool begins = tag.at[i - 1] <= ' ' || tag.at[i - 1] == ':';

        if (!begins || memcmp(tag.at + i, name, len) != 0 || tag.at[i + len] != '=')
            continue;
        to = memchr(from, tag.at[i + len + 1], (size_t)(tag.at + tag.len - from));
        return to == NULL ? (struct str){NULL, 0} : (struct str){from, (size_t)(to - from)};
    }
    return (struct str){NULL, 0};
}

static void put_utf8(struct buf *out, unsigned long point)
{
    if (point < 0x80) {
        buf_putc(out, (char)point);
        return;
    }
    if (point >= 0x10000) {
        buf_putc(out, (char)(0xF0 | point >> 18));
        buf_putc(out, (char)(0x80 | (point >> 12 & 0x3F)));
    } else if (point >= 0x800) {
        buf_putc(out, (char)(0xE0 | point >> 12));
    }
    if (point >= 0x800)
        buf_putc(out, (char)(0x80 | (point >> 6 & 0x3F)));
    else
        buf_putc(out, (char)(0xC0 | point >> 6));
    buf_putc(out, (char)(0x80 | (point & 0x3F)));
}

/* The character that "#233" or "#xE9" names; 0 if it names none. */
static unsigned long numbered(struct str name)
{
    bool hex = name.len > 1 && (name.at[1] | 0x20) == 'x';
    unsigned long point = 0;

    for (size_t i = hex ? 2 : 1; i < name.len; i++) {
        char c = name.at[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
                                                         ? (c | 0x20) - 'a' + 10 : -1;

        if (digit < 0 || point > 0x10FFFF)
            return 0;
        point = point * (hex ? 16 : 10) + (unsigned long)digit;
    }
    return point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) ? 0 : point;
}

/* Replaces the entity at the '&' of raw; returns its length, 0 if it is none. */
static size_t put_entity(struct str raw, struct buf *out)
{
    static const struct {
        const char *name;
        char letter;
    } entities[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    const char *end = memchr(raw.at, ';', raw.len < 12 ? raw.len : 12);
    struct str name = {raw.at + 1, end == NULL ? 0 : (size_t)(end - raw.at) - 1};
    unsigned long point = 0;

    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (str_is(name, entities[i].name))
            point = (unsigned char)entities[i].letter;
    }
    if (name.len > 1 && name.at[0] == '#')
        point = numbered(name);
    if (point == 0)
        return 0;
    put_utf8(out, point);
    return name.len + 2;
}

void xml_plain(struct str raw, struct buf *out)
{
    while (raw.len > 0) {
        const char *mark = memchr(raw.at, '&', raw.len);
        size_t plain = mark == NULL ? raw.len : (size_t)(mark - raw.at), taken;

        buf_put(out, raw.at, plain);
        raw = (struct str){raw.at + plain, raw.len - plain};
        if (raw.len == 0)
            return;
        taken = put_entity(raw, out);
        if (taken == 0) {
            buf_putc(out, '&');
            taken = 1;
        }
        raw = (struct str){raw.at + taken, raw.len - taken};
    }
}
