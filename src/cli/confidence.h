/*
 * confidence.h - how surely a rule is known: the tags P, A, M and D of criteria
 * and clocks, in words.
 */
#ifndef RUBRIC_CLI_CONFIDENCE_H
#define RUBRIC_CLI_CONFIDENCE_H

#include <yyjson.h>

#include "cli/page.h"

#define CONFIDENCES "PAMD"

/* "read in the payer's own text"; NULL if the tag is none. */
const char *confidence_words(struct str tag);

/* Says " [P]" of an object that carries a tag, nothing of one that does not. */
void confidence_say(struct page *page, yyjson_val *object);

/* Says which of the tags the objects of an array carry, and what they mean; with
 * counts: how many of each. Nothing, and false, if they carry none. */
bool confidence_say_all(struct page *page, yyjson_val *objects, bool counts);

#endif
