#include "filter.h"
#include "../src/sys.h"

enum { PAIRS = 64, ROOM = 4096 };

struct pair {
        const char *key, *value;
        size_t key_len, value_len;
};

static int hex(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if ((c | 32) >= 'a' && (c | 32) <= 'f')
                return (c | 32) - 'a' + 10;
        return -1;
}

/* Decodes from..end behind *to; answers the length, or -1. */
static long decode(const char *from, const char *end, char *to, size_t room)
{
        size_t n = 0;
        for (; from < end; from++) {
                char c = *from == '+' ? ' ' : *from;
                if (c == '%') {
                        if (end - from < 3 || hex(from[1]) < 0 || hex(from[2]) < 0)
                                return -1;
                        c = (char) (hex(from[1]) << 4 | hex(from[2]));
                        from += 2;
                }
                if (n == room || !c)
                        return -1;
                to[n++] = c;
        }
        return (long) n;
}

static const char *find(const char *from, const char *end, char c)
{
        while (from < end && *from != c)
                from++;
        return from;
}

/* Answers the number of pairs, or -1. */
static int pairs_of(const char *line, size_t n, struct pair *pairs, char *room)
{
        int count = 0;
        size_t used = 0;
        const char *end = line + n;
        for (const char *from = line; from < end;) {
                const char *stop = find(from, end, '&'), *equals = find(from, stop, '=');
                long key = decode(from, equals, room + used, ROOM - used);
                if (key <= 0 || count == PAIRS)
                        return -1;
                struct pair *p = &pairs[count++];
                *p = (struct pair) {.key = room + used, .key_len = (size_t) key};
                used += (size_t) key;
                long value = decode(equals < stop ? equals + 1 : stop, stop, room + used, ROOM - used);
                if (value <= 0)
                        return -1;
                p->value = room + used;
                p->value_len = (size_t) value;
                used += (size_t) value;
                from = stop + 1;
        }
        return count;
}

static int same_key(const struct pair *a, const struct pair *b)
{
        return a->key_len == b->key_len && !memcmp(a->key, b->key, a->key_len);
}

/* The values of one key stand together: of a name that comes twice in an object, one is lost (RFC 8259 section 4). */
static void add_json(struct text *json, const struct pair *pairs, int count)
{
        char done[PAIRS] = {0};
        text_add_char(json, '{');
        for (int i = 0; i < count; i++) {
                if (done[i])
                        continue;
                text_add(json, i ? ",\"" : "\"");
                text_add_json(json, pairs[i].key, pairs[i].key_len);
                text_add(json, "\":[");
                for (int j = i; j < count; j++) {
                        if (!same_key(&pairs[i], &pairs[j]))
                                continue;
                        done[j] = 1;
                        text_add(json, j > i ? ",\"" : "\"");
                        text_add_json(json, pairs[j].value, pairs[j].value_len);
                        text_add_char(json, '"');
                }
                text_add_char(json, ']');
        }
        text_add_char(json, '}');
}

void add_encoded(struct text *t, const char *bytes, size_t n)
{
        static const char digits[] = "0123456789ABCDEF";
        for (size_t i = 0; i < n; i++) {
                char c = bytes[i], low = (char) (c | 32);
                if ((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~') {
                        text_add_char(t, c);
                } else {
                        text_add_char(t, '%');
                        text_add_char(t, digits[(unsigned char) c >> 4]);
                        text_add_char(t, digits[c & 15]);
                }
        }
}

int filter_of(const char *line, size_t n, struct text *query)
{
        static char room[ROOM], json_room[ROOM];
        static struct pair pairs[PAIRS];
        int count = pairs_of(line, n, pairs, room);
        if (count <= 0)
                return 0;
        struct text json = text_over(json_room, sizeof json_room);
        add_json(&json, pairs, count);
        if (json.cut)
                return 0;
        add_encoded(query, json_room, json.len);
        return !query->cut;
}
