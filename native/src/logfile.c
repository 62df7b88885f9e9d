/* Guarantee: a log never ends or blocks a container. A line that cannot be written is lost and counted; the file always
 * ends with a whole line, so whatever came of a write that failed half-way is cut off again.
 * Formats: moby's daemon/logger/jsonfilelog and copier.go; the CRI's in Kubernetes' design proposal "kubelet-cri-logging".
 */
#include "logfile.h"

enum { MODE = 0640 };

void text_add_nanos(struct text *t, struct timespec_ time)
{
        text_add_time(t, time.sec);
        if (time.nsec == 0)
                return;
        t->len--; /* the Z */
        text_add_char(t, '.');
        unsigned width = 9;
        int64_t fraction = time.nsec;
        for (; fraction % 10 == 0; fraction /= 10)
                width--;
        text_add_padded(t, fraction, width);
        text_add_char(t, 'Z');
}

/* A new one's old descriptor is given up only when there is one in its place. */
static int open_file(struct logfile *l, int more)
{
        int flags = O_WRONLY_ | O_APPEND_ | O_CLOEXEC_ | O_NOFOLLOW_ | O_NONBLOCK_ | O_NOCTTY_ | more;
        const char *path = l->settings->log_path;
        long fd = sys4(SYS_openat, AT_FDCWD_, path, flags | O_CREAT_ | O_EXCL_, MODE);
        l->created = fd >= 0;
        if (fd == -E_EXIST)
                fd = sys4(SYS_openat, AT_FDCWD_, path, flags, 0);
        if (fd < 0)
                return (int) fd;
        struct statx_ st = {0};
        long r = sys5(SYS_statx, fd, "", AT_EMPTY_PATH_, 0x7ff /* STATX_BASIC_STATS */, &st);
        if (r < 0 || (st.mode & S_IFMT_) != S_IFREG_) { /* a pipe would block, or be read by somebody who ends this process */
                sys1(SYS_close, fd);
                return r < 0 ? (int) r : -E_INVAL;
        }
        close_fd(&l->fd);
        l->fd = (int) fd;
        l->size = (int64_t) st.size;
        return 0;
}

/* Many containers write nothing, and to make and remove a file can take longer than anything else in such a one's life: the
 * file of json-file, which nobody reads by its path alone, is made for the first line. */
static int can_wait(const struct settings *s)
{
        char directory[SETTINGS_PATH];
        struct statx_ st;
        size_t slash = 0;
        for (size_t i = 0; s->log_path[i]; i++) {
                directory[i] = s->log_path[i];
                if (s->log_path[i] == '/')
                        slash = i;
        }
        directory[slash ? slash : 1] = 0;
        return s->log == LOG_JSON && sys5(SYS_statx, AT_FDCWD_, s->log_path, AT_SYMLINK_NOFOLLOW_, 0x7ff, &st) == -E_NOENT &&
               sys3(SYS_faccessat, AT_FDCWD_, directory, 3 /* W_OK | X_OK */) == 0;
}

int logfile_open(struct logfile *l, const struct settings *s)
{
        l->settings = s;
        l->fd = -1;
        return s->log == LOG_NONE || can_wait(s) ? 0 : open_file(l, 0);
}

static void flush(struct logfile *l)
{
        size_t done = 0, whole = 0;
        if (l->fd < 0)
                open_file(l, 0);
        while (l->fd >= 0 && done < l->used) {
                long n = sys3(SYS_write, l->fd, l->out + done, l->used - done);
                if (n == -E_INTR)
                        continue;
                if (n <= 0)
                        break;
                done += (size_t) n;
        }
        for (size_t i = 0; done < l->used && i < l->used; i++) {
                if (l->out[i] != '\n')
                        continue;
                l->lost += i >= done;
                if (i < done)
                        whole = i + 1;
        }
        if (done < l->used && done > whole)
                sys2(SYS_ftruncate, l->fd, sys3(SYS_lseek, l->fd, 0, 1 /* SEEK_CUR */) - (long) (done - whole));
        l->size += (int64_t) (done < l->used ? whole : done);
        l->used = 0;
}

static void rotated_name(char *to, const struct logfile *l, int64_t number)
{
        struct text t = text_over(to, SETTINGS_PATH);
        text_add(&t, l->settings->log_path);
        if (number > 0) {
                text_add_char(&t, '.');
                text_add_number(&t, number);
        }
}

/* FILE becomes FILE.1, FILE.1 becomes FILE.2, and so on; the last one goes. One file alone is begun anew. Readers that
 * have the old one open read it to its end. */
static void rotate(struct logfile *l)
{
        static char from[SETTINGS_PATH], to[SETTINGS_PATH];
        int64_t files = l->settings->log_max_files;
        /* Somebody gives an older file another name at this moment (dev.estiba.engine.log.LogPacking): the next line asks again. */
        if (sys2(SYS_flock, l->fd, 2 | 4 /* LOCK_EX | LOCK_NB */) == -E_AGAIN)
                return;
        if (files < 2)
                sys3(SYS_unlinkat, AT_FDCWD_, l->settings->log_path, 0);
        for (int64_t i = files - 1; i > 0; i--) {
                rotated_name(from, l, i - 1);
                rotated_name(to, l, i);
                sys4(SYS_renameat, AT_FDCWD_, from, AT_FDCWD_, to); /* replaces what was there */
        }
        close_fd(&l->fd); /* and with it goes the lock: until here nobody finds a number that has nobody */
        open_file(l, O_TRUNC_); /* should it not have been renamed */
}

/* As Go's utf8.DecodeRune: how many bytes the character has that begins here, 0 when they are none. */
static size_t character(const unsigned char *s, size_t left)
{
        unsigned c = s[0], low = 0x80, high = 0xbf;
        size_t n = c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
        if (n == 0 || n > left)
                return 0;
        if (c == 0xe0)
                low = 0xa0; /* overlong */
        if (c == 0xed)
                high = 0x9f; /* surrogates */
        if (c == 0xf0)
                low = 0x90;
        if (c == 0xf4)
                high = 0x8f; /* above U+10FFFF */
        if (s[1] < low || s[1] > high)
                return 0;
        for (size_t i = 2; i < n; i++)
                if ((s[i] & 0xc0) != 0x80)
                        return 0;
        return n;
}

/* A JSON string's inside as dockerd's jsonlog writes it; at most 6 bytes for one. */
static size_t json(char *to, const char *bytes, size_t len)
{
        static const char hex[] = "0123456789abcdef";
        const unsigned char *s = (const unsigned char *) bytes;
        char *at = to;
        for (size_t i = 0; i < len;) {
                unsigned char c = s[i];
                if (c >= 0x80) {
                        size_t n = character(s + i, len - i);
                        int separator = n == 3 && c == 0xe2 && s[i + 1] == 0x80 && (s[i + 2] & 0xfe) == 0xa8;
                        if (n == 0 || separator) { /* U+2028 and U+2029 end a line in JavaScript */
                                memcpy(at, n == 0 ? "\\ufffd" : s[i + 2] == 0xa8 ? "\\u2028" : "\\u2029", 6);
                                at += 6;
                                i += n == 0 ? 1 : n;
                                continue;
                        }
                        while (n--)
                                *at++ = (char) s[i++];
                        continue;
                }
                i++;
                if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&') {
                        *at++ = (char) c;
                        continue;
                }
                *at++ = '\\';
                if (c == '"' || c == '\\' || c == '\n' || c == '\r') {
                        *at++ = c == '\n' ? 'n' : c == '\r' ? 'r' : (char) c;
                        continue;
                }
                memcpy(at, "u00", 3);
                at[3] = hex[c >> 4], at[4] = hex[c & 15];
                at += 5;
        }
        return (size_t) (at - to);
}

static void add(struct logfile *l, const char *text)
{
        size_t len = strlen(text);
        memcpy(l->out + l->used, text, len);
        l->used += len;
}

static void entry(struct logfile *l, int stream, const char *bytes, size_t len, int whole, struct timespec_ now)
{
        static const char *const names[] = {"stdout", "stderr"};
        char time[40];
        struct text t = text_over(time, sizeof time);
        if (l->line[stream].parts)
                now = l->line[stream].time;
        l->line[stream].parts = !whole;
        l->line[stream].time = now;
        text_add_nanos(&t, now);
        if (l->used + 6 * len + 128 > sizeof l->out)
                flush(l);
        if (l->settings->log_max_size > 0 && l->size + (int64_t) l->used >= l->settings->log_max_size) {
                flush(l);
                if (l->fd >= 0 && l->size >= l->settings->log_max_size)
                        rotate(l);
        }
        if (l->settings->log == LOG_CRI) {
                add(l, time), add(l, " "), add(l, names[stream]), add(l, whole ? " F " : " P ");
                memcpy(l->out + l->used, bytes, len);
                l->used += len;
                add(l, "\n");
                return;
        }
        add(l, "{\"log\":\"");
        l->used += json(l->out + l->used, bytes, len);
        add(l, whole ? "\\n\",\"stream\":\"" : "\",\"stream\":\"");
        add(l, names[stream]), add(l, "\",\"time\":\""), add(l, time), add(l, "\"}\n");
}

void logfile_add(struct logfile *l, int stream, const char *bytes, size_t len)
{
        struct timespec_ now;
        if (l->settings->log == LOG_NONE)
                return;
        sys2(SYS_clock_gettime, 0 /* CLOCK_REALTIME */, &now);
        char *held = l->line[stream].bytes;
        size_t *have = &l->line[stream].len;
        while (len > 0) {
                size_t room = LOG_LINE - *have, n = 0;
                while (n < len && n < room && bytes[n] != '\n')
                        n++;
                int whole = n < len && n < room, full = n == room;
                if (*have == 0 && (whole || full)) {
                        entry(l, stream, bytes, n, whole, now);
                } else {
                        memcpy(held + *have, bytes, n);
                        *have += n;
                        if (whole || full) {
                                entry(l, stream, held, *have, whole, now);
                                *have = 0;
                        }
                }
                bytes += n + (size_t) whole;
                len -= n + (size_t) whole;
        }
        flush(l);
}

void logfile_end(struct logfile *l, int stream)
{
        struct timespec_ now;
        if (l->settings->log == LOG_NONE || l->line[stream].len == 0)
                return;
        sys2(SYS_clock_gettime, 0, &now);
        entry(l, stream, l->line[stream].bytes, l->line[stream].len, 0, now);
        l->line[stream].len = 0;
        flush(l);
}

int logfile_reopen(struct logfile *l)
{
        return l->settings->log == LOG_NONE ? 0 : open_file(l, 0);
}
