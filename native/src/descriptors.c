/* Descriptors over Unix sockets: unix(7), SCM_RIGHTS. */
#include "sys.h"
#include "walk.h"

struct one_fd { struct cmsghdr_ head; int fd; int pad; };

int64_t op_send_fd(struct op_args *o) /* socket, descriptor, bytes, length */
{
        struct one_fd control = {{sizeof(struct cmsghdr_) + sizeof(int), SOL_SOCKET_, SCM_RIGHTS_}, (int) o->a[1], 0};
        struct iovec_ iov = {(const void *) (uintptr_t) o->a[2], (size_t) o->a[3]};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1, .control = &control, .controllen = sizeof control};
        long r;
        do
                r = sys3(SYS_sendmsg, (int) o->a[0], &h, MSG_NOSIGNAL_);
        while (r == -E_INTR);
        return r < 0 ? r : (r == o->a[3] ? 0 : -E_IO);
}

int64_t op_recv_fd(struct op_args *o) /* socket -> descriptor, close-on-exec */
{
        struct one_fd control;
        char byte[64];
        struct iovec_ iov = {byte, sizeof byte};
        struct msghdr_ h = {.iov = &iov, .iovlen = 1, .control = &control, .controllen = sizeof control};
        long r;
        do
                r = sys3(SYS_recvmsg, (int) o->a[0], &h, MSG_CMSG_CLOEXEC_);
        while (r == -E_INTR);
        if (r <= 0)
                return r < 0 ? r : -E_CONNRESET;
        if (h.controllen < sizeof(struct cmsghdr_) + sizeof(int) || control.head.type != SCM_RIGHTS_)
                return -E_PROTO;
        return control.fd;
}
