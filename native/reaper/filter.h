/* What a client wants to be removed, as a query of the Engine API. */
#ifndef ESTIBA_REAPER_FILTER_H
#define ESTIBA_REAPER_FILTER_H

#include "../src/text.h"

/* Of a line like label=a%3Db&label=c (application/x-www-form-urlencoded) makes {"label":["a=b","c"]}, encoded for a
 * query. Answers 0 when the line is no such thing, names nothing, or is too long: never may what is left of it
 * match more than was meant. */
int filter_of(const char *line, size_t n, struct text *query);

/* Adds bytes as a part of a URL (RFC 3986 section 2.1). */
void add_encoded(struct text *t, const char *bytes, size_t n);

#endif
