#include "test.h"

#include <stdlib.h>
#include <string.h>

struct maker *maker(void)
{
        struct maker *m = calloc(1, sizeof *m);
        m->registers = 64;
        m->text_used = 1;
        make_actor(m, 0, "", 1);
        return m;
}

uint32_t make_data(struct maker *m, const void *bytes, uint32_t len)
{
        uint32_t at = (m->data_used + 7) & ~7u;
        EXPECT(at + len <= sizeof m->data);
        if (bytes)
                memcpy(m->data + at, bytes, len);
        m->data_used = at + len;
        return at;
}

uint32_t make_string(struct maker *m, const char *text)
{
        return make_data(m, text, (uint32_t) strlen(text) + 1);
}

static uint32_t make_text(struct maker *m, const char *text)
{
        uint32_t at = m->text_used, len = (uint32_t) strlen(text) + 1;
        EXPECT(at + len <= sizeof m->text);
        memcpy(m->text + at, text, len);
        m->text_used += len;
        return at;
}

void make_actor(struct maker *m, unsigned number, const char *prefix, uint32_t exit_status)
{
        while (m->actors <= number)
                m->actor[m->actors++] = (struct plan_actor){m->used * 4, 0, 0, 1};
        m->actor[number].prefix = make_text(m, prefix);
        m->actor[number].exit_status = exit_status;
}

static void grow(struct maker *m)
{
        struct plan_actor *a = &m->actor[m->actors - 1];
        a->len = m->used * 4 - a->at;
        m->words[m->start] = (m->words[m->start] & ~0xffu) | (m->used - m->start);
}

uint32_t make_step(struct maker *m, enum plan_op op, unsigned number, unsigned result, const char *sentence,
                   const struct arg *args, size_t argc)
{
        uint32_t kinds = 0;
        m->start = m->used;
        m->used += 4;
        for (size_t i = 0; i < argc; i++) {
                kinds |= (uint32_t) args[i].kind << (2 * i);
                m->words[m->used++] = (uint32_t) args[i].value;
                if (args[i].kind == ARG_IMM64)
                        m->words[m->used++] = (uint32_t) ((uint64_t) args[i].value >> 32);
        }
        m->words[m->start] = (uint32_t) op << 8 | (uint32_t) argc << 24;
        m->words[m->start + 1] = result | number << 16;
        m->words[m->start + 2] = kinds;
        m->words[m->start + 3] = make_text(m, sentence);
        grow(m);
        return m->start - m->actor[m->actors - 1].at / 4;
}

void make_policy(struct maker *m, enum plan_policy policy, unsigned tries, unsigned delay_ms, const int *errnos, unsigned count)
{
        m->words[m->start] |= (uint32_t) policy << 16;
        m->words[m->used++] = count | tries << 8 | delay_ms << 16;
        for (unsigned i = 0; i < count; i++) {
                if (i % 2 == 0)
                        m->words[m->used++] = (uint32_t) errnos[i];
                else
                        m->words[m->used - 1] |= (uint32_t) errnos[i] << 16;
        }
        grow(m);
}

void make_flags(struct maker *m, uint32_t flags)
{
        m->words[m->start] |= flags << 28;
}

void make_target(struct maker *m, uint32_t at)
{
        uint32_t first = m->actor[m->actors - 1].at / 4;
        m->words[first + at + 4] = m->used - first;
}

void seal(unsigned char *bytes, size_t len)
{
        uint64_t sum = plan_checksum(bytes, len);
        memcpy(bytes + offsetof(struct plan_header, checksum), &sum, 8);
}

unsigned char *make_bytes(struct maker *m, size_t *len)
{
        struct plan_header h = {.magic = PLAN_MAGIC, .version = PLAN_VERSION, .registers = m->registers, .machine = ARCH_AUDIT};
        h.actors = m->actors;
        h.steps_at = (uint32_t) (sizeof h + m->actors * sizeof(struct plan_actor));
        h.steps_len = m->used * 4;
        h.relocs_at = h.steps_at + h.steps_len;
        h.relocs = m->relocs;
        h.data_at = (h.relocs_at + 4 * m->relocs + 7) & ~7u;
        h.data_len = m->data_used;
        h.text_at = h.data_at + h.data_len;
        h.text_len = m->text_used;
        h.length = (h.text_at + h.text_len + 7) & ~7u;
        unsigned char *bytes = calloc(1, h.length);
        memcpy(bytes, &h, sizeof h);
        memcpy(bytes + sizeof h, m->actor, m->actors * sizeof(struct plan_actor));
        memcpy(bytes + h.steps_at, m->words, h.steps_len);
        memcpy(bytes + h.relocs_at, m->reloc, 4 * m->relocs);
        memcpy(bytes + h.data_at, m->data, m->data_used);
        memcpy(bytes + h.text_at, m->text, m->text_used);
        *len = h.length;
        seal(bytes, *len);
        return bytes;
}
