/* What a monitor is told: text, one `key=value` a line, the first one `version=1`. Java's MonitorSettings writes it. */
#ifndef ESTIBA_SETTINGS_H
#define ESTIBA_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

enum log_kind { LOG_NONE, LOG_JSON, LOG_CRI };
enum { SETTINGS_MOST = 16384, SETTINGS_NAME = 65, SETTINGS_PATH = 4096, SETTINGS_TITLE = 128 };

struct settings {
        int terminal, input, input_once;
        enum log_kind log;
        int64_t log_max_size; /* 0: the file grows */
        int64_t log_max_files; /* the live one counts */
        char log_path[SETTINGS_PATH], exit_name[SETTINGS_NAME], socket_name[SETTINGS_NAME], title[SETTINGS_TITLE];
};

/* Reads len bytes, which it changes; text[len] is 0. NULL, or the sentence that refuses them. */
const char *settings_read(struct settings *s, char *text, size_t len);

#endif
