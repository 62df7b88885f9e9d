/* The monitor's parts that read what others have written: settings, clients' frames, a container's output. */
#include "test.h"

#include "../src/monitor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static uint64_t state = 88172645463325252ull;

static uint32_t below(uint32_t bound) /* xorshift64* */
{
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (uint32_t) ((state * 0x2545f4914f6cdd1dull) >> 33) % bound;
}

static const char good[] = "version=1\nterminal=0\nstdin=1\nstdin-once=1\nlog=json\nlog-path=/var/log/x\nlog-max-size=1000\n"
                           "log-max-files=3\nexit=exit\nsocket=attach\ntitle=a title\n";

static const char *read_copy(struct settings *s, const char *text, size_t len)
{
        static char *copy;
        free(copy);
        copy = malloc(len + 1); /* of exactly that size: a sanitizer sees the byte behind it */
        memcpy(copy, text, len);
        copy[len] = 0;
        return settings_read(s, copy, len);
}

static void settings_are_read(void)
{
        struct settings s;
        EXPECT(read_copy(&s, good, strlen(good)) == NULL);
        EXPECT_NUMBER(0, s.terminal);
        EXPECT_NUMBER(1, s.input);
        EXPECT_NUMBER(1, s.input_once);
        EXPECT_NUMBER(LOG_JSON, s.log);
        EXPECT_TEXT("/var/log/x", s.log_path);
        EXPECT_NUMBER(1000, s.log_max_size);
        EXPECT_NUMBER(3, s.log_max_files);
        EXPECT_TEXT("exit", s.exit_name);
        EXPECT_TEXT("attach", s.socket_name);
        EXPECT_TEXT("a title", s.title);
}

static void damaged_settings_are_refused_in_words_or_read(void)
{
        struct settings s;
        char text[512];
        int refused = 0;
        for (int round = 0; round < 100000; round++) {
                size_t len = strlen(good);
                memcpy(text, good, len + 1);
                for (uint32_t changes = 1 + below(4); changes > 0; changes--) {
                        size_t at = below((uint32_t) len);
                        switch (below(3)) {
                        case 0: text[at] = (char) below(256); break;
                        case 1: memmove(text + at, text + at + 1, len - at); len--; break;
                        case 2: memmove(text + at + 1, text + at, len - at + 1); text[at] = "=\n/.0a"[below(6)]; len++; break;
                        }
                }
                text[len] = 0;
                const char *wrong = read_copy(&s, text, len);
                EXPECT(!wrong || strlen(wrong) > 10);
                refused += wrong != NULL;
        }
        EXPECT(refused > 50000);
}

static struct monitor m;

static int attach_client(void)
{
        int pair[2];
        EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
        client_add(&m, pair[0], 0);
        return pair[1];
}

static void begin(void)
{
        memset(&m, 0, sizeof m);
        m.listener = m.master = m.input = m.stream[0].fd = m.stream[1].fd = m.log.fd = -1;
        m.log.settings = &m.settings;
        m.pid = 7;
        for (unsigned n = 0; n < CLIENTS; n++)
                m.client[n].fd = -1;
}

static void rubbish_frames_are_let_go_of(void)
{
        static unsigned char bytes[70000];
        int pipe_ends[2], gone = 0;
        begin();
        for (int round = 0; round < 30000; round++) {
                if (m.input < 0) {
                        EXPECT(pipe(pipe_ends) == 0);
                        EXPECT(sys3(SYS_fcntl, pipe_ends[1], 4 /* F_SETFL */, O_NONBLOCK_) == 0);
                        m.input = pipe_ends[1];
                        m.input_ends = 0;
                        m.pending_len = 0;
                }
                int theirs = attach_client();
                for (uint32_t frames = 1 + below(4); frames > 0 && m.client[0].fd >= 0; frames--) {
                        uint32_t len = below(50) ? below(40) : below(sizeof bytes - 8);
                        struct attach_head head = {(uint16_t) (below(8) ? 1 : below(4)), (uint16_t) (1 + below(6)), len};
                        if (below(8) == 0)
                                head.length = below(100);
                        memcpy(bytes, &head, sizeof head);
                        for (uint32_t i = 0; i < len && i < 40; i++)
                                bytes[8 + i] = (unsigned char) below(256);
                        if (send(theirs, bytes, 8 + len, MSG_NOSIGNAL) < 0)
                                continue;
                        if (client_may_be_read(&m, 0))
                                client_read(&m, 0);
                        EXPECT(m.pending_len <= ATTACH_MOST && m.client[0].reply_len <= sizeof m.client[0].reply);
                }
                gone += m.client[0].fd < 0;
                close(theirs);
                if (m.client[0].fd >= 0)
                        client_gone(&m, 0);
                if (m.input < 0 || below(10) == 0) {
                        close_fd(&m.input);
                        close(pipe_ends[0]);
                }
        }
        EXPECT(gone > 10000);
}

/* The log of bytes that come in these pieces, without its times. */
static char *logged(enum log_kind kind, const char *bytes, size_t len, uint32_t most)
{
        static struct logfile l;
        static struct settings s;
        memset(&l, 0, sizeof l);
        s.log = kind;
        strcpy(s.log_path, "log");
        unlink("log");
        EXPECT_NUMBER(0, logfile_open(&l, &s));
        for (size_t at = 0, n; at < len; at += n) {
                n = 1 + below(most);
                if (n > len - at)
                        n = len - at;
                logfile_add(&l, 0, bytes + at, n);
        }
        logfile_end(&l, 0);
        EXPECT_NUMBER(0, (long) l.lost);
        close_fd(&l.fd);
        FILE *f = fopen("log", "r");
        char *text = malloc(2 << 20), *to = text, *line = malloc(1 << 20);
        while (fgets(line, 1 << 20, f)) {
                char *end = kind == LOG_JSON ? strstr(line, "\",\"time\":\"") : strchr(line, ' ');
                EXPECT(end && line[strlen(line) - 1] == '\n');
                if (kind == LOG_JSON)
                        to += sprintf(to, "%.*s\n", (int) (end - line), line);
                else
                        to += sprintf(to, "%s", end);
        }
        fclose(f);
        free(line);
        return text;
}

static void pieces_make_no_difference_to_a_log(void)
{
        static char bytes[100000];
        static const char telling[] = "\n\n\"\\<&>\r\t abc\xc3\xa9\xe2\x80\xa8\xf0\x9f\x9a\xa2\xff\xed\xa0\x80";
        for (int round = 0; round < 20; round++) {
                uint32_t len = below(sizeof bytes), line = 1 + below(40000);
                for (uint32_t i = 0; i < len; i++) {
                        char c = telling[below(sizeof telling - 1)];
                        bytes[i] = c == '\n' && below(line) ? 'x' : c;
                }
                char *whole = logged(LOG_JSON, bytes, len, sizeof bytes), *pieces = logged(LOG_JSON, bytes, len, 1 + below(20000));
                EXPECT(strcmp(whole, pieces) == 0);
                free(whole);
                free(pieces);
                for (uint32_t i = 0; i < len; i++)
                        bytes[i] = bytes[i] == 0 ? 1 : bytes[i];
                whole = logged(LOG_CRI, bytes, len, sizeof bytes), pieces = logged(LOG_CRI, bytes, len, 1 + below(3000));
                EXPECT(strcmp(whole, pieces) == 0);
                free(whole);
                free(pieces);
        }
}

static void what_is_no_character_is_replaced(void)
{
        static const struct { const char *bytes, *wanted; } cases[] = {
                {"\xc3\xa9\n", "\xc3\xa9\\n"},
                {"\xc0\xaf\n", "\\ufffd\\ufffd\\n"},                 /* overlong */
                {"\xe0\x80\xaf\n", "\\ufffd\\ufffd\\ufffd\\n"},      /* overlong */
                {"\xed\xa0\x80\n", "\\ufffd\\ufffd\\ufffd\\n"},      /* a surrogate */
                {"\xed\x9f\xbf\n", "\xed\x9f\xbf\\n"},
                {"\xf0\x8f\xbf\xbf\n", "\\ufffd\\ufffd\\ufffd\\ufffd\\n"},
                {"\xf0\x9f\x9a\xa2\n", "\xf0\x9f\x9a\xa2\\n"},
                {"\xf4\x90\x80\x80\n", "\\ufffd\\ufffd\\ufffd\\ufffd\\n"}, /* above U+10FFFF */
                {"\xf4\x8f\xbf\xbf\n", "\xf4\x8f\xbf\xbf\\n"},
                {"\xe2\x80\n", "\\ufffd\\ufffd\\n"},
                {"\xe2\x80\xa9\xe2\x80\xaa\n", "\\u2029\xe2\x80\xaa\\n"},
                {"\xff\n", "\\ufffd\\n"},
                {"\b\f\x7f\n", "\\u0008\\u000c\x7f\\n"},
        };
        for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
                char wanted[128];
                snprintf(wanted, sizeof wanted, "{\"log\":\"%s\",\"stream\":\"stdout\n", cases[i].wanted);
                EXPECT_TEXT(wanted, logged(LOG_JSON, cases[i].bytes, strlen(cases[i].bytes), 100));
        }
}

static const char *nanos(int64_t sec, int64_t nsec)
{
        static char buffer[64];
        struct text t = text_over(buffer, sizeof buffer);
        text_add_nanos(&t, (struct timespec_){sec, nsec});
        return buffer;
}

static void times_lose_their_last_zeros(void)
{
        EXPECT_TEXT("1970-01-01T00:00:00Z", nanos(0, 0));
        EXPECT_TEXT("1970-01-01T00:00:00.1Z", nanos(0, 100000000));
        EXPECT_TEXT("1970-01-01T00:00:00.000000001Z", nanos(0, 1));
        EXPECT_TEXT("2026-11-26T11:10:00.01002Z", nanos(1795691400, 10020000));
}

const struct test monitor_tests[] = {
        {"settings are read", settings_are_read},
        {"damaged settings are refused in words or read", damaged_settings_are_refused_in_words_or_read},
        {"rubbish frames are let go of", rubbish_frames_are_let_go_of},
        {"pieces make no difference to a log", pieces_make_no_difference_to_a_log},
        {"what is no character is replaced", what_is_no_character_is_replaced},
        {"times lose their last zeros", times_lose_their_last_zeros},
        {NULL, NULL},
};
