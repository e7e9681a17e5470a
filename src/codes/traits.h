/*
 * traits.h - what the title of a diagnosis says of side and region.
 *
 * The digits of a code do not say it: right is 1 in one category and 2 in the
 * next. The words of the title do.
 */
#ifndef RUBRIC_CODES_TRAITS_H
#define RUBRIC_CODES_TRAITS_H

#include <stddef.h>
#include <stdint.h>

#define TRAIT_RIGHT 0x01u
#define TRAIT_LEFT 0x02u
#define TRAIT_BILATERAL 0x04u
#define TRAIT_SIDE_UNSPECIFIED 0x08u /* the code has sides and this one names none */
#define TRAIT_CERVICAL 0x10u
#define TRAIT_THORACIC 0x20u
#define TRAIT_LUMBAR 0x40u
#define TRAIT_SACRAL 0x80u
#define TRAIT_REGIONS 0xF0u

uint16_t traits_of(const char *title, size_t len);

#endif
