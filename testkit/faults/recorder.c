/*
 * recorder: a disk that remembers in which order it was written, and what it was told to keep.
 *
 *     recorder IMAGE LOG POINT
 *
 * Puts a file with IMAGE's contents over the file POINT (fuse(4)), for a loop device. Each write to it goes to IMAGE, and each write
 * and each flush to LOG, before it is answered: the offset (8 bytes), the length (4 bytes; 0 is a flush), 4 bytes of nothing, the
 * bytes; in this machine's byte order. Says "ready"; ends when POINT is unmounted.
 *
 * One thread: what a flush follows in LOG had been answered before it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST = 128 << 10, ROOM = MOST + 4096 };

static int image, log_file, device;
static char in[ROOM], data[MOST];

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void answer(uint64_t unique, int error, const void *bytes, size_t length)
{
    struct fuse_out_header head = {(uint32_t) (sizeof head + (error ? 0 : length)), -error, unique};
    struct iovec parts[] = {{&head, sizeof head}, {(void *) (uintptr_t) bytes, error ? 0 : length}};
    if (writev(device, parts, 2) < 0 && errno != ENOENT) /* ENOENT: it was interrupted */
        die("answer");
}

static void record(uint64_t offset, uint32_t length, const void *bytes)
{
    struct { uint64_t offset; uint32_t length, nothing; } head = {offset, length, 0};
    struct iovec parts[] = {{&head, sizeof head}, {(void *) (uintptr_t) bytes, length}};
    if (writev(log_file, parts, 2) != (ssize_t) (sizeof head + length))
        die("log");
}

static struct fuse_attr attributes(void)
{
    struct stat is;
    if (fstat(image, &is) < 0)
        die("fstat");
    return (struct fuse_attr){.ino = 1, .size = (uint64_t) is.st_size, .blocks = (uint64_t) is.st_size / 512,
        .mode = S_IFREG | 0600, .nlink = 1, .blksize = 4096};
}

static void serve(const struct fuse_in_header *head, const void *words)
{
    switch (head->opcode) {
    case FUSE_INIT: {
        const struct fuse_init_in *theirs = words;
        struct fuse_init_out ours = {.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
            .max_readahead = theirs->max_readahead, .flags = theirs->flags & FUSE_BIG_WRITES, .max_write = MOST,
            .max_background = 16, .congestion_threshold = 12};
        if (ours.minor > theirs->minor)
            ours.minor = theirs->minor;
        answer(head->unique, 0, &ours, sizeof ours);
        return;
    }
    case FUSE_GETATTR:
    case FUSE_SETATTR: {
        struct fuse_attr_out out = {.attr_valid = 1, .attr = attributes()};
        answer(head->unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_OPEN: {
        struct fuse_open_out out = {.fh = 1, .open_flags = FOPEN_DIRECT_IO};
        answer(head->unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_READ: {
        const struct fuse_read_in *read = words;
        ssize_t n = pread(image, data, read->size < MOST ? read->size : MOST, (off_t) read->offset);
        answer(head->unique, n < 0 ? errno : 0, data, n < 0 ? 0 : (size_t) n);
        return;
    }
    case FUSE_WRITE: {
        const struct fuse_write_in *write = words;
        const char *bytes = (const char *) (write + 1);
        record(write->offset, write->size, bytes);
        if (pwrite(image, bytes, write->size, (off_t) write->offset) != (ssize_t) write->size)
            die("image");
        struct fuse_write_out out = {.size = write->size};
        answer(head->unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_FSYNC:
        record(0, 0, NULL);
        answer(head->unique, 0, NULL, 0);
        return;
    case FUSE_FLUSH:
    case FUSE_RELEASE:
    case FUSE_DESTROY:
        answer(head->unique, 0, NULL, 0);
        return;
    case FUSE_STATFS: {
        struct fuse_statfs_out out = {.st = {.bsize = 4096, .frsize = 4096, .namelen = 255}};
        answer(head->unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        return; /* these have no answer */
    default:
        answer(head->unique, ENOSYS, NULL, 0);
    }
}

int main(int argc, char **argv)
{
    char options[100];
    if (argc != 4) {
        fprintf(stderr, "usage: recorder IMAGE LOG POINT\n");
        return 64;
    }
    image = open(argv[1], O_RDWR | O_CLOEXEC);
    log_file = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (image < 0 || log_file < 0 || device < 0)
        die("open");
    snprintf(options, sizeof options, "fd=%d,rootmode=100600,user_id=0,group_id=0", device);
    if (mount("recorder", argv[3], "fuse", MS_NOSUID | MS_NODEV, options) < 0)
        die(argv[3]);
    puts("ready");
    fflush(stdout);
    for (;;) {
        ssize_t n = read(device, in, sizeof in);
        if (n < 0 && errno == ENODEV)
            return 0;
        if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT))
            continue;
        if (n < (ssize_t) sizeof(struct fuse_in_header))
            die("/dev/fuse");
        serve((const struct fuse_in_header *) in, in + sizeof(struct fuse_in_header));
    }
}
