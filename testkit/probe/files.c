/* The file system as the process sees it: each verb is one call, and its errno. */
#define _GNU_SOURCE
#include "answer.h"
#include "verbs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { READ_CAP = 65536, NAMES_CAP = 4096 };

static const char *kind_of(mode_t mode)
{
    return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "dir" : S_ISLNK(mode) ? "link" : S_ISCHR(mode) ? "char"
         : S_ISBLK(mode) ? "block" : S_ISFIFO(mode) ? "fifo" : S_ISSOCK(mode) ? "socket" : "unknown";
}

static void begin(char **argv)
{
    answer_begin(argv[0]);
    put_text("path", argv[1]);
}

/* A verb that is one call with one result. */
static int plain(char **argv, const char *call, long result)
{
    int number = errno;
    begin(argv);
    errno = number;
    put_result(call, result);
    answer_end();
    return 0;
}

static int v_stat(int argc, char **argv)
{
    (void) argc;
    struct stat found;
    char target[4096];
    begin(argv);
    if (put_result("lstat", lstat(argv[1], &found)) >= 0) {
        put_text("type", kind_of(found.st_mode));
        put_octal("mode", found.st_mode & 07777);
        put_number("uid", found.st_uid);
        put_number("gid", found.st_gid);
        put_number("size", found.st_size);
        put_unsigned("nlink", found.st_nlink);
        put_unsigned("ino", found.st_ino);
        put_unsigned("dev", found.st_dev);
        put_number("major", major(found.st_rdev));
        put_number("minor", minor(found.st_rdev));
        ssize_t length = S_ISLNK(found.st_mode) ? readlink(argv[1], target, sizeof target) : -1;
        if (length >= 0)
            put_bytes("target", target, (size_t) length);
    }
    answer_end();
    return 0;
}

static int v_access(int argc, char **argv)
{
    int mode = F_OK;
    for (const char *letter = argc > 2 ? argv[2] : ""; *letter != 0; letter++) {
        if (strchr("rwx", *letter) == NULL)
            return WRONG_USE;
        mode |= *letter == 'r' ? R_OK : *letter == 'w' ? W_OK : X_OK;
    }
    return plain(argv, "faccessat", faccessat(AT_FDCWD, argv[1], mode, 0));
}

static int v_create(int argc, char **argv)
{
    long mode = 0666;
    if (argc > 2 && !number_of(argv[2], &mode))
        return WRONG_USE;
    return plain(argv, "open", open(argv[1], O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, (mode_t) mode));
}

static int v_open(int argc, char **argv)
{
    static const struct {
        const char *name;
        int flag;
    } flags[] = {{"r", O_RDONLY}, {"w", O_WRONLY}, {"rw", O_RDWR}, {"append", O_APPEND}, {"trunc", O_TRUNC},
                 {"dir", O_DIRECTORY}, {"nofollow", O_NOFOLLOW}, {"path", O_PATH}, {"nonblock", O_NONBLOCK},
                 {"noctty", O_NOCTTY}};
    int flag = O_CLOEXEC;
    for (int i = 2; i < argc; i++) {
        size_t at = 0;
        while (at < sizeof flags / sizeof *flags && strcmp(flags[at].name, argv[i]) != 0)
            at++;
        if (at == sizeof flags / sizeof *flags)
            return WRONG_USE;
        flag |= flags[at].flag;
    }
    return plain(argv, "open", open(argv[1], flag));
}

static int v_write(int argc, char **argv)
{
    (void) argc;
    int file = open(argv[1], O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return plain(argv, "open", file);
    ssize_t count = write(file, argv[2], strlen(argv[2]));
    int status = plain(argv, "write", count);
    close(file);
    return status;
}

static int v_read(int argc, char **argv)
{
    (void) argc;
    static char bytes[READ_CAP];
    long length = read_file(argv[1], bytes, sizeof bytes);
    int number = errno;
    begin(argv);
    errno = number;
    if (put_result("read", length) >= 0) {
        put_number("length", length);
        put_bool("whole", length < READ_CAP);
        put_bytes("text", bytes, (size_t) length);
    }
    answer_end();
    return 0;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *) left, *(char *const *) right);
}

static int v_ls(int argc, char **argv)
{
    (void) argc;
    static char *names[NAMES_CAP];
    size_t count = 0;
    int whole = 1;
    DIR *directory = opendir(argv[1]);
    int number = errno;
    begin(argv);
    errno = number;
    if (put_result("opendir", directory == NULL ? -1 : 0) >= 0) {
        for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                continue;
            if (count == NAMES_CAP) {
                whole = 0;
                break;
            }
            names[count++] = strdup(entry->d_name);
        }
        closedir(directory);
        qsort(names, count, sizeof *names, by_name);
        put_bool("whole", whole);
        open_array("names");
        for (size_t i = 0; i < count; i++) {
            put_text(NULL, names[i]);
            free(names[i]);
        }
        close_array();
    }
    answer_end();
    return 0;
}

static int v_statfs(int argc, char **argv)
{
    (void) argc;
    struct statfs found;
    int result = statfs(argv[1], &found);
    int number = errno;
    begin(argv);
    errno = number;
    if (put_result("statfs", result) >= 0) {
        put_hex("magic", (uint64_t) found.f_type, 8);
        put_unsigned("blocks", found.f_blocks);
        put_unsigned("block_size", (uint64_t) found.f_bsize);
        put_unsigned("files", found.f_files);
        /* statfs(2): bit 5 only says that the flags are valid. */
        unsigned long flags = (unsigned long) found.f_flags;
        put_bool("ro", (flags & 1) != 0);
        put_bool("nosuid", (flags & 2) != 0);
        put_bool("nodev", (flags & 4) != 0);
        put_bool("noexec", (flags & 8) != 0);
        put_bool("noatime", (flags & 1024) != 0);
        put_bool("relatime", (flags & 4096) != 0);
        put_bool("nosymfollow", (flags & 8192) != 0);
    }
    answer_end();
    return 0;
}

static int v_mknod(int argc, char **argv)
{
    long major_number = 0, minor_number = 0;
    mode_t type = strcmp(argv[2], "c") == 0 ? S_IFCHR : strcmp(argv[2], "b") == 0 ? S_IFBLK
                : strcmp(argv[2], "p") == 0 ? S_IFIFO : 0;
    if (type == 0 || (type != S_IFIFO && argc != 5))
        return WRONG_USE;
    if (argc == 5 && (!number_of(argv[3], &major_number) || !number_of(argv[4], &minor_number)))
        return WRONG_USE;
    return plain(argv, "mknod", mknod(argv[1], type | 0666, makedev((unsigned) major_number, (unsigned) minor_number)));
}

static int v_mkdir(int argc, char **argv)
{
    (void) argc;
    return plain(argv, "mkdir", mkdir(argv[1], 0777));
}

static int v_unlink(int argc, char **argv)
{
    (void) argc;
    return plain(argv, "unlink", unlink(argv[1]));
}

static int v_rmdir(int argc, char **argv)
{
    (void) argc;
    return plain(argv, "rmdir", rmdir(argv[1]));
}

static int v_symlink(int argc, char **argv)
{
    (void) argc;
    return plain(argv, "symlink", symlink(argv[2], argv[1]));
}

static int v_rename(int argc, char **argv)
{
    (void) argc;
    return plain(argv, "rename", rename(argv[1], argv[2]));
}

static int v_link(int argc, char **argv)
{
    (void) argc;
    return plain(argv, "link", link(argv[1], argv[2]));
}

static int v_chdir(int argc, char **argv)
{
    (void) argc;
    return plain(argv, "chdir", chdir(argv[1]));
}

static int v_chmod(int argc, char **argv)
{
    (void) argc;
    long mode;
    if (!number_of(argv[2], &mode))
        return WRONG_USE;
    return plain(argv, "chmod", chmod(argv[1], (mode_t) mode));
}

static int v_chown(int argc, char **argv)
{
    (void) argc;
    long user, group;
    if (!number_of(argv[2], &user) || !number_of(argv[3], &group))
        return WRONG_USE;
    return plain(argv, "lchown", lchown(argv[1], (uid_t) user, (gid_t) group));
}

static int v_xattr(int argc, char **argv)
{
    (void) argc;
    char value[4096];
    ssize_t length = lgetxattr(argv[1], argv[2], value, sizeof value);
    int number = errno;
    begin(argv);
    errno = number;
    if (put_result("lgetxattr", length) >= 0)
        put_bytes("value", value, (size_t) length);
    answer_end();
    return 0;
}

/* Raw bytes, no JSON: for pipes, terminals and attach. */
static int v_cat(int argc, char **argv)
{
    char bytes[8192];
    int file = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (file < 0)
        return plain(argv, "open", file);
    for (;;) {
        ssize_t count = read(file, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        for (ssize_t done = 0; done < count;) {
            ssize_t written = write(STDOUT_FILENO, bytes + done, (size_t) (count - done));
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                _exit(74);
            done += written;
        }
    }
    if (argc > 1)
        close(file);
    return 0;
}

static int v_echo(int argc, char **argv)
{
    int target = STDOUT_FILENO, at = 1;
    long chosen;
    if (strcmp(argv[0], "say") == 0) {
        if (!number_of(argv[1], &chosen))
            return WRONG_USE;
        target = (int) chosen;
        at = 2;
    }
    for (int i = at; i < argc; i++)
        dprintf(target, "%s%s", argv[i], i + 1 < argc ? " " : "");
    dprintf(target, "\n");
    return 0;
}

const struct verb file_verbs[] = {
    {"stat", v_stat, 1, 1, "PATH", "type, mode, owner, size, device; symbolic links are not followed"},
    {"access", v_access, 1, 2, "PATH [rwx]", "faccessat(2) with the real ids"},
    {"create", v_create, 1, 2, "PATH [MODE]", "open(2) with O_CREAT|O_EXCL"},
    {"open", v_open, 1, -1, "PATH [r|w|rw|append|trunc|dir|nofollow|path|nonblock|noctty]...", "open(2)"},
    {"write", v_write, 2, 2, "PATH TEXT", "one write(2) to an existing file"},
    {"read", v_read, 1, 1, "PATH", "its first 64 KiB"},
    {"ls", v_ls, 1, 1, "PATH", "names, sorted"},
    {"statfs", v_statfs, 1, 1, "PATH", "file system type and mount flags"},
    {"mknod", v_mknod, 2, 4, "PATH c|b|p [MAJOR MINOR]", "mknod(2)"},
    {"mkdir", v_mkdir, 1, 1, "PATH", "mkdir(2)"},
    {"unlink", v_unlink, 1, 1, "PATH", "unlink(2)"},
    {"rmdir", v_rmdir, 1, 1, "PATH", "rmdir(2)"},
    {"symlink", v_symlink, 2, 2, "PATH TARGET", "symlink(2)"},
    {"rename", v_rename, 2, 2, "OLD NEW", "rename(2)"},
    {"link", v_link, 2, 2, "OLD NEW", "link(2)"},
    {"chdir", v_chdir, 1, 1, "PATH", "chdir(2), for the verbs that follow"},
    {"chmod", v_chmod, 2, 2, "PATH MODE", "chmod(2); a leading 0 says octal"},
    {"chown", v_chown, 3, 3, "PATH UID GID", "lchown(2)"},
    {"xattr", v_xattr, 2, 2, "PATH NAME", "value of an extended attribute"},
    {"cat", v_cat, 0, 1, "[PATH]", "the raw bytes of a file or of standard input"},
    {"echo", v_echo, 0, -1, "[WORD]...", "the raw words on standard output"},
    {"say", v_echo, 1, -1, "FD [WORD]...", "the raw words on a descriptor"},
    {NULL, NULL, 0, 0, NULL, NULL},
};
