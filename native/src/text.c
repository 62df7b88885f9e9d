#include "text.h"

#ifndef ESTIBA_HOSTED /* a sanitizer build has a libc that brings these, instrumented */
void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
        void *start = to;
#if defined(__x86_64__)
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory");
#else
        char *t = to;
        const char *f = from;
        while (n--)
                *t++ = *f++;
#endif
        return start;
}

void *memmove(void *to, const void *from, size_t n)
{
        char *t = to;
        const char *f = from;
        if (t <= f)
                return memcpy(to, from, n);
        while (n--)
                t[n] = f[n];
        return to;
}

void *memset(void *to, int byte, size_t n)
{
        void *start = to;
#if defined(__x86_64__)
        __asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(byte) : "memory");
#else
        char *t = to;
        while (n--)
                *t++ = (char) byte;
#endif
        return start;
}

int memcmp(const void *a, const void *b, size_t n)
{
        const unsigned char *x = a, *y = b;
        for (size_t i = 0; i < n; i++)
                if (x[i] != y[i])
                        return x[i] - y[i];
        return 0;
}

size_t strlen(const char *s)
{
        size_t n = 0;
        while (s[n])
                n++;
        return n;
}
#endif

int text_equal(const char *a, const char *b)
{
        while (*a && *a == *b)
                a++, b++;
        return *a == *b;
}

const char *text_after(const char *s, const char *prefix)
{
        while (*prefix)
                if (*s++ != *prefix++)
                        return NULL;
        return s;
}

struct text text_over(char *buffer, size_t cap)
{
        buffer[0] = 0;
        return (struct text){.at = buffer, .len = 0, .cap = cap, .cut = 0};
}

void text_add_n(struct text *t, const char *s, size_t n)
{
        size_t room = t->cap - 1 - t->len;
        if (n > room) {
                n = room;
                t->cut = 1;
        }
        memcpy(t->at + t->len, s, n);
        t->len += n;
        t->at[t->len] = 0;
}

void text_add(struct text *t, const char *s)
{
        text_add_n(t, s, strlen(s));
}

static int inside_a_character(char c)
{
        return (c & 0xc0) == 0x80; /* UTF-8, RFC 3629 section 3 */
}

void text_add_short(struct text *t, const char *s, size_t left)
{
        static const char gap[] = " ... ";
        size_t len = strlen(s), room = t->cap - 1 - t->len, head, tail;
        room = room > left ? room - left : 0;
        if (len <= room || room < sizeof gap) {
                text_add_n(t, s, len < room ? len : room);
                return;
        }
        head = (room - (sizeof gap - 1)) / 2;
        tail = len - (room - (sizeof gap - 1) - head);
        while (head && inside_a_character(s[head]))
                head--;
        while (inside_a_character(s[tail]))
                tail++;
        text_add_n(t, s, head);
        text_add(t, gap);
        text_add(t, s + tail);
}

void text_add_char(struct text *t, char c)
{
        text_add_n(t, &c, 1);
}

void text_add_padded(struct text *t, int64_t value, unsigned width)
{
        char digits[24];
        unsigned n = 0;
        uint64_t rest = value < 0 ? 0 - (uint64_t) value : (uint64_t) value;
        do {
                digits[n++] = (char) ('0' + rest % 10);
                rest /= 10;
        } while (rest);
        while (n < width && n < sizeof digits - 1)
                digits[n++] = '0';
        if (value < 0)
                digits[n++] = '-';
        while (n)
                text_add_char(t, digits[--n]);
}

void text_add_number(struct text *t, int64_t value)
{
        text_add_padded(t, value, 1);
}

void text_add_json(struct text *t, const char *s, size_t n)
{
        static const char hex[] = "0123456789abcdef";
        for (size_t i = 0; i < n; i++) {
                unsigned char c = (unsigned char) s[i];
                if (c == '"' || c == '\\') {
                        text_add_char(t, '\\');
                        text_add_char(t, (char) c);
                } else if (c == '\n') {
                        text_add(t, "\\n");
                } else if (c < 0x20) {
                        text_add(t, "\\u00");
                        text_add_char(t, hex[c >> 4]);
                        text_add_char(t, hex[c & 15]);
                } else {
                        text_add_char(t, (char) c);
                }
        }
}

/* Days to a civil date: the proleptic Gregorian calendar in eras of 400 years. */
void text_add_time(struct text *t, int64_t seconds)
{
        int64_t days = seconds / 86400, rest = seconds % 86400;
        int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
        int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
        int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
        int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
        text_add_padded(t, yoe + era * 400 + (month <= 2), 4);
        text_add_char(t, '-');
        text_add_padded(t, month, 2);
        text_add_char(t, '-');
        text_add_padded(t, day, 2);
        text_add_char(t, 'T');
        text_add_padded(t, rest / 3600, 2);
        text_add_char(t, ':');
        text_add_padded(t, rest / 60 % 60, 2);
        text_add_char(t, ':');
        text_add_padded(t, rest % 60, 2);
        text_add_char(t, 'Z');
}

int text_number(const char *s, int64_t max, int64_t *out)
{
        int64_t value = 0;
        if (!*s)
                return 0;
        for (; *s; s++) {
                int64_t digit = *s - '0';
                if (digit < 0 || digit > 9 || digit > max || value > (max - digit) / 10)
                        return 0;
                value = value * 10 + digit;
        }
        *out = value;
        return 1;
}
