#include "answer.h"

#include "errors.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1 << 20, TAIL = 64 }; /* TAIL: kept free to close what is open and say "cut" */

static char buffer[SIZE];
static size_t used;
static int cut;
static const char *verb_of_this;
static char closers[16]; /* what is open, innermost last */
static int depth;
static int first; /* nothing stands before the next field of the innermost object or array */

static void raw(const char *text, size_t length)
{
    if (cut || used + length > SIZE - TAIL) {
        cut = 1;
        return;
    }
    memcpy(buffer + used, text, length);
    used += length;
}

/* How many of these bytes are one well-formed UTF-8 character (RFC 3629), 0 when they are none. */
static size_t utf8_length(const unsigned char *byte, size_t left)
{
    size_t length = byte[0] < 0x80 ? 1 : byte[0] >= 0xc2 && byte[0] < 0xe0 ? 2 : byte[0] >= 0xe0 && byte[0] < 0xf0 ? 3
                  : byte[0] >= 0xf0 && byte[0] < 0xf5 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
    if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
        (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
        return 0;
    return length;
}

static void quoted(const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    char escape[8];
    raw("\"", 1);
    for (size_t i = 0; i < length;) {
        size_t whole = utf8_length(byte + i, length - i);
        if (whole == 0) {
            /* Not UTF-8: a lone low surrogate carries the byte, as Python's surrogateescape does. */
            raw(escape, (size_t) snprintf(escape, sizeof escape, "\\udc%02x", byte[i]));
            i++;
        } else if (byte[i] < 0x20 || byte[i] == '"' || byte[i] == '\\' || byte[i] == 0x7f) {
            raw(escape, (size_t) snprintf(escape, sizeof escape, "\\u%04x", byte[i]));
            i++;
        } else {
            raw((const char *) byte + i, whole);
            i += whole;
        }
    }
    raw("\"", 1);
}

static void key_of(const char *key)
{
    if (!first)
        raw(",", 1);
    first = 0;
    if (key != NULL) {
        quoted(key, strlen(key));
        raw(":", 1);
    }
}

static void opened(const char *key, const char *opener, char closer)
{
    key_of(key);
    raw(opener, 1);
    if (!cut)
        closers[depth++] = closer;
    first = 1;
}

static void closed(void)
{
    if (cut)
        return; /* answer_end closes what was really written */
    raw(&closers[--depth], 1);
    first = 0;
}

void answer_begin(const char *verb)
{
    used = 0;
    cut = 0;
    depth = 0;
    first = 1;
    verb_of_this = verb;
    raw("{", 1);
    put_text("verb", verb);
}

void answer_end(void)
{
    if (cut) {
        const char *verb = verb_of_this;
        answer_begin(verb);
        put_bool("cut", 1);
    }
    raw("}\n", 2);
    for (size_t done = 0; done < used;) {
        ssize_t count = write(STDOUT_FILENO, buffer + done, used - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            _exit(74); /* EX_IOERR: nobody can hear an answer any more */
        done += (size_t) count;
    }
}

void put_bytes(const char *key, const void *bytes, size_t length)
{
    key_of(key);
    quoted(bytes, length);
}

void put_text(const char *key, const char *text)
{
    put_bytes(key, text, strlen(text));
}

void put_number(const char *key, int64_t number)
{
    char digits[24];
    key_of(key);
    raw(digits, (size_t) snprintf(digits, sizeof digits, "%lld", (long long) number));
}

void put_unsigned(const char *key, uint64_t number)
{
    char digits[24];
    key_of(key);
    raw(digits, (size_t) snprintf(digits, sizeof digits, "%llu", (unsigned long long) number));
}

void put_hex(const char *key, uint64_t number, int digits)
{
    char text[24];
    snprintf(text, sizeof text, "%0*llx", digits, (unsigned long long) number);
    put_text(key, text);
}

void put_octal(const char *key, unsigned number)
{
    char text[24];
    snprintf(text, sizeof text, "%04o", number);
    put_text(key, text);
}

void put_bool(const char *key, int value)
{
    key_of(key);
    raw(value ? "true" : "false", value ? 4 : 5);
}

void open_array(const char *key)
{
    opened(key, "[", ']');
}

void close_array(void)
{
    closed();
}

void open_object(const char *key)
{
    opened(key, "{", '}');
}

void close_object(void)
{
    closed();
}

const char *name_of_error(int number)
{
    static char text[16];
    const char *name = error_name(number);
    if (*name != 0)
        return name;
    snprintf(text, sizeof text, "%d", number);
    return text;
}

long put_result(const char *call, long result)
{
    int number = errno;
    put_bool("ok", result >= 0);
    if (result < 0) {
        put_text("call", call);
        put_text("errno", name_of_error(number));
        put_number("number", number);
    }
    return result;
}
