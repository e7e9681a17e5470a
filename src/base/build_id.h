/*
 * build_id.h - which program this is, to the byte of its sources.
 *
 * scripts/build-id writes the values at build time from the sources and the
 * pinned dependencies, without git: the same tree gives the same id anywhere.
 */
#ifndef RUBRIC_BASE_BUILD_ID_H
#define RUBRIC_BASE_BUILD_ID_H

extern const char rubric_build_id[65];  /* 64 hexadecimal digits */
extern const char rubric_version[];     /* "0.1.0" */
extern const char rubric_build_deps[];  /* "lua 5.4.9, lpeg 1.1.0, yyjson 0.10.0, sqlite 3.40.1" */

#endif
