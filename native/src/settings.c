#include "settings.h"

#include "text.h"

/* A key that nobody knows is refused: who writes one expects it to do something. */
enum key { KEY_TERMINAL, KEY_STDIN, KEY_STDIN_ONCE, KEY_LOG, KEY_LOG_PATH, KEY_LOG_MAX_SIZE, KEY_LOG_MAX_FILES, KEY_EXIT,
           KEY_SOCKET, KEY_TITLE, KEYS };
static const char *const keys[KEYS] = {"terminal", "stdin", "stdin-once", "log", "log-path", "log-max-size", "log-max-files",
                                       "exit", "socket", "title"};
static char sentence[256];

static const char *refuse(const char *what, const char *key)
{
        struct text t = text_over(sentence, sizeof sentence);
        text_add(&t, "the monitor's settings: ");
        text_add(&t, what);
        text_add_n(&t, key, strlen(key) > 64 ? 64 : strlen(key));
        return sentence;
}

static int copy(char *to, size_t cap, const char *value)
{
        size_t len = strlen(value);
        if (len >= cap)
                return 0;
        memcpy(to, value, len + 1);
        return 1;
}

static int yes_or_no(int *to, const char *value)
{
        *to = value[0] == '1';
        return (value[0] == '0' || value[0] == '1') && value[1] == 0;
}

/* A name beneath the directory: no way out of it. */
static int name(char *to, const char *value, int may_be_empty)
{
        for (const char *c = value; *c; c++)
                if (*c == '/')
                        return 0;
        return (*value || may_be_empty) && !text_equal(value, ".") && !text_equal(value, "..") && copy(to, SETTINGS_NAME, value);
}

static int log_kind(enum log_kind *to, const char *value)
{
        static const char *const kinds[] = {"none", "json", "cri"};
        for (unsigned i = 0; i < 3; i++)
                if (text_equal(value, kinds[i])) {
                        *to = (enum log_kind) i;
                        return 1;
                }
        return 0;
}

static int take(struct settings *s, enum key key, const char *value)
{
        switch (key) {
        case KEY_TERMINAL: return yes_or_no(&s->terminal, value);
        case KEY_STDIN: return yes_or_no(&s->input, value);
        case KEY_STDIN_ONCE: return yes_or_no(&s->input_once, value);
        case KEY_LOG: return log_kind(&s->log, value);
        case KEY_LOG_PATH: return value[0] == '/' && copy(s->log_path, sizeof s->log_path - 16, value); /* ".NUMBER" fits */
        case KEY_LOG_MAX_SIZE: return text_number(value, (int64_t) 1 << 53, &s->log_max_size);
        case KEY_LOG_MAX_FILES: return text_number(value, 1000, &s->log_max_files) && s->log_max_files > 0;
        case KEY_EXIT: return name(s->exit_name, value, 0);
        case KEY_SOCKET: return name(s->socket_name, value, 1);
        case KEY_TITLE: return copy(s->title, sizeof s->title, value);
        case KEYS: break;
        }
        return 0;
}

static const char *read_line(struct settings *s, char *line, unsigned *seen)
{
        char *value = line;
        while (*value && *value != '=')
                value++;
        if (!*value)
                return refuse("a line without '=': ", line);
        *value++ = 0;
        for (unsigned key = 0; key < KEYS; key++) {
                if (!text_equal(line, keys[key]))
                        continue;
                if (*seen & 1u << key)
                        return refuse("twice: ", line);
                *seen |= 1u << key;
                return take(s, (enum key) key, value) ? NULL : refuse("a value that cannot be: ", line);
        }
        return refuse("an unknown key: ", line);
}

const char *settings_read(struct settings *s, char *text, size_t len)
{
        unsigned seen = 0;
        memset(s, 0, sizeof *s);
        s->log_max_files = 1;
        if (strlen(text) != len || len == 0 || text[len - 1] != '\n')
                return refuse("no text of whole lines", "");
        char *line = (char *) (uintptr_t) text_after(text, "version=1\n");
        if (!line)
                return refuse("not of version 1", "");
        for (char *end = line; *end; end++) {
                if (*end != '\n')
                        continue;
                *end = 0;
                const char *wrong = read_line(s, line, &seen);
                if (wrong)
                        return wrong;
                line = end + 1;
        }
        if (!s->exit_name[0])
                return refuse("missing: ", "exit");
        return s->log != LOG_NONE && !s->log_path[0] ? refuse("missing: ", "log-path") : NULL;
}
