/*
 * line_tables.h - what the code tables say of a request line or a diagnosis.
 */
#ifndef RUBRIC_JUDGE_LINE_TABLES_H
#define RUBRIC_JUDGE_LINE_TABLES_H

#include "judge/field.h"

/* The most units of the line's code (MUE): a number; without end where the
 * table has no limit; nothing where no table for that day is loaded. The
 * value names the table and its release. */
struct value line_unit_limit(struct eval *eval, const struct place *place);
/* The same by the table of suppliers (DME), whatever the place of service is. */
struct value line_supply_limit(struct eval *eval, const struct place *place);

/* Whether another line of the same day excludes this one (NCCI): yes or no;
 * nothing where no table is loaded. A pair that a modifier may part counts as
 * excluded only while neither line carries one that parts. */
struct value line_excluded(struct eval *eval, const struct place *place);

/* The side that the title of a record's code names: left, right or bilateral;
 * nothing where it names none or no table knows the code. */
struct value code_side(struct eval *eval, const struct place *place);

#endif
