/*
 * xml.h - the tags of an XML text, one after the other.
 *
 * Only what publishers of code tables use: elements, attributes, text, the five
 * entities and numbered ones. Comments, declarations and what the writer says to
 * programs are passed over; entities of a document's own are not expanded. That
 * each element is closed by its own name is checked; names lose their prefix.
 */
#ifndef RUBRIC_CODES_XML_H
#define RUBRIC_CODES_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

#define XML_DEPTH 24

struct xml {
    const char *at, *end;
    size_t line;
    struct str open[XML_DEPTH]; /* names of the open elements */
    size_t depth;
    bool opens;      /* the tag read last opens an element, else it closed one */
    bool empty;      /* it opens one that has nothing inside: it is closed already */
    struct str name; /* of the tag read last */
    struct str tag;  /* all between < and > */
    struct str text; /* raw: from the tag before to a closing one */
    bool root;       /* an element was seen */
    char slip[96];   /* why xml_next() said false; "" at the end */
};

void xml_start(struct xml *xml, const char *bytes, size_t len);
/* Reads a tag. False at the end, or after a slip. */
bool xml_next(struct xml *xml);
/* The name of the element around the one that the last tag opened or closed; ""
 * where there is none. */
struct str xml_above(const struct xml *xml);
/* An attribute of the tag read last, raw; at is NULL if there is none. */
struct str xml_attribute(const struct xml *xml, const char *name);
/* Appends a raw text, its entities replaced. */
void xml_plain(struct str raw, struct buf *out);

#endif
