/* Stands in for a service of a node: says what it was started with, answers
 * at a socket, and lives until it is told to end.
 *
 *   standin NAME FILE...
 *
 * /run/standin/NAME gets the version that is compiled in and the content of
 * each FILE, as they were at the start. The same is the answer at the abstract
 * socket's place, /run/standin/NAME.sock.
 */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void check(int result, const char* what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void copy(FILE* to, const char* name) {
    char buffer[4096];
    FILE* from = fopen(name, "r");
    check(from ? 0 : -1, name);
    for (size_t count; (count = fread(buffer, 1, sizeof buffer, from)) > 0;) {
        fwrite(buffer, 1, count, to);
    }
    fclose(from);
}

static void describe(const char* name, char** files, int count) {
    char path[108];
    snprintf(path, sizeof path, "/run/standin/%s", name);
    FILE* out = fopen(path, "w");
    check(out ? 0 : -1, path);
    fprintf(out, "version %s\n", VERSION);
    for (int i = 0; i < count; ++i) {
        fprintf(out, "== %s\n", files[i]);
        copy(out, files[i]);
    }
    check(fclose(out), path);
}

static int connect_to(int type, const char* path, int (*action)(int, const struct sockaddr*, socklen_t)) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    const int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    check(fd, "socket");
    check(action(fd, (struct sockaddr*)&address, sizeof address), path);
    return fd;
}

int main(int argc, char** argv) {
    char path[108];
    check(argc < 2 ? -1 : 0, "usage: standin NAME FILE...");
    describe(argv[1], argv + 2, argc - 2);
    snprintf(path, sizeof path, "/run/standin/%s.sock", argv[1]);
    unlink(path);
    const int server = connect_to(SOCK_STREAM, path, bind);
    check(listen(server, 16), path);
    const char* notify = getenv("NOTIFY_SOCKET");
    if (notify) {
        const int fd = connect_to(SOCK_DGRAM, notify, connect);
        check((int)send(fd, "READY=1", 7, 0), notify);
        close(fd);
    }
    for (;;) {
        const int client = accept(server, NULL, NULL);
        check(client, "accept");
        close(client);
    }
}
