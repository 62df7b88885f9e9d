/* Bytes and text: what a libc would give, bounded. No function here makes a system call. */
#ifndef ESTIBA_TEXT_H
#define ESTIBA_TEXT_H

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int text_equal(const char *a, const char *b);
/* Whether s begins with prefix; answers what follows it, or NULL. */
const char *text_after(const char *s, const char *prefix);

/* A bounded text under construction: what does not fit is cut, and `cut` says so. Always NUL-terminated. */
struct text {
        char *at;
        size_t len, cap;
        int cut;
};
struct text text_over(char *buffer, size_t cap);
void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *s, size_t n);
/* Cuts out of the middle what would not leave room for `left` bytes behind it: a long word's beginning and end tell more. */
void text_add_short(struct text *t, const char *s, size_t left);
void text_add_char(struct text *t, char c);
void text_add_number(struct text *t, int64_t value);
void text_add_padded(struct text *t, int64_t value, unsigned width);
/* As a JSON string's inside (RFC 8259 section 7); bytes >= 0x80 are passed on as they are. */
void text_add_json(struct text *t, const char *s, size_t n);
/* RFC 3339, UTC, seconds. */
void text_add_time(struct text *t, int64_t seconds);
/* Decimal digits only, at most max; answers 0 and leaves *out when s is anything else. */
int text_number(const char *s, int64_t max, int64_t *out);

#endif
