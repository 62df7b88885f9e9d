/* A seccomp agent: who answers the calls that a filter leaves to it (seccomp_unotify(2)). Runs outside of containers. */
#define _GNU_SOURCE
#include "answer.h"
#include "verbs.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { TEXT = 65536, WAIT_MS = 30000 };

/* The state's JSON, and with it the listener; -1 when none came. */
static int receive(int socket, char *text, size_t size)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec iov = {text, size - 1};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (length <= 0)
        return -1;
    text[length] = 0;
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (head == NULL || head->cmsg_type != SCM_RIGHTS)
        return -1;
    int listener;
    memcpy(&listener, CMSG_DATA(head), sizeof listener);
    return listener;
}

/* Answers each call with an error, or lets it go on, until nobody is filtered any more. */
static long answer_calls(int listener, int error)
{
    long count = 0;
    for (;;) {
        struct pollfd p = {.fd = listener, .events = POLLIN};
        if (poll(&p, 1, WAIT_MS) <= 0 || (p.revents & POLLIN) == 0)
            return count;
        struct seccomp_notif call;
        memset(&call, 0, sizeof call);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
            continue; /* its caller has been killed meanwhile */
        struct seccomp_notif_resp reply = {.id = call.id, .error = -error};
        if (error == 0)
            reply.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) == 0)
            count++;
    }
}

static int v_seccomp_agent(int argc, char **argv)
{
    (void) argc;
    static char text[TEXT];
    long error;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!number_of(argv[2], &error) || strlen(argv[1]) >= sizeof address.sun_path)
        return WRONG_USE;
    strcpy(address.sun_path, argv[1]);
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server, (struct sockaddr *) &address, sizeof address) != 0 || listen(server, 4) != 0) {
        answer_begin(argv[0]);
        put_result("bind", -1);
        answer_end();
        return 0;
    }
    struct pollfd p = {.fd = server, .events = POLLIN};
    int connection = poll(&p, 1, WAIT_MS) > 0 ? accept4(server, NULL, NULL, SOCK_CLOEXEC) : -1;
    int listener = receive(connection, text, sizeof text);
    answer_begin(argv[0]);
    put_text("text", text);
    put_bool("listener", listener >= 0);
    put_number("answered", listener >= 0 ? answer_calls(listener, (int) error) : -1);
    answer_end();
    return 0;
}

const struct verb agent_verbs[] = {
    {"seccomp-agent", v_seccomp_agent, 2, 2, "SOCKET ERRNO",
     "what a runtime tells it, and how many calls it has answered with that error (0: lets them go on)"},
    {NULL, NULL, 0, 0, NULL, NULL},
};
