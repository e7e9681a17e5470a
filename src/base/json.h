/*
 * json.h - yyjson over a pool: reading JSON where nothing may call malloc().
 */
#ifndef RUBRIC_BASE_JSON_H
#define RUBRIC_BASE_JSON_H

#include <yyjson.h>

#include "base/pool.h"
#include "base/str.h"

/* An allocator for yyjson that takes from the pool and never gives back; the
 * pool must outlive what is read with it. */
yyjson_alc json_alc(struct pool *pool);

/* Reads a text; NULL if it is not JSON or the pool is full. The document lives
 * as long as the pool and is not freed. */
yyjson_doc *json_read(struct pool *pool, const char *text, size_t len);

/* The text of a string value; absent for NULL or anything else. */
struct str json_text(yyjson_val *value);

/* The text of a member of an object; absent if there is none. */
struct str json_member(yyjson_val *object, const char *name);

#endif
