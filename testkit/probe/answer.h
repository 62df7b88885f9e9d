/*
 * One answer: one line of JSON on standard output, an object that begins with the verb's name.
 *
 * A line leaves the process in one write(2), so that lines of several processes on one pipe do not mix, and so that a
 * reader that has seen half a line knows that the rest was never said. An answer larger than the buffer (1 MiB)
 * becomes {"verb":…,"cut":true}: half an answer would be taken for a whole one.
 */
#ifndef PROBE_ANSWER_H
#define PROBE_ANSWER_H

#include <stddef.h>
#include <stdint.h>

void answer_begin(const char *verb);
void answer_end(void);

/* Fields. A key of NULL adds an element to an array instead. */
void put_text(const char *key, const char *text);
void put_bytes(const char *key, const void *bytes, size_t length);
void put_number(const char *key, int64_t number);
void put_unsigned(const char *key, uint64_t number);
void put_hex(const char *key, uint64_t number, int digits);
void put_octal(const char *key, unsigned number);
void put_bool(const char *key, int value);
void open_array(const char *key);
void close_array(void);
void open_object(const char *key);
void close_object(void);

/* "ok":true when result is not negative; otherwise "ok":false,"call":…,"errno":"ENAME","number":N from errno. */
long put_result(const char *call, long result);

/* The name alone, or the number as text when Linux has no name for it. Valid until the next call. */
const char *name_of_error(int number);

#endif
