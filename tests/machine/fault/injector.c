/* Runs a program, writes down its calls to the kernel that have effects, and
 * makes one of them go wrong.
 *
 *   injector [--trace FILE] [--data FILE] [--at CALL --do ACTION] -- PROGRAM...
 *
 * A seccomp filter stops the program at the listed system calls only, and a
 * tracer looks at each stop. So nothing escapes that goes around libc, and all
 * else runs at full speed. Threads are followed; other programs that it starts
 * run on untouched.
 *
 * CALL is "name path n": the n-th call of this name on this path, as the trace
 * writes it. Unlike an ordinal this is the same call whatever the threads do.
 *
 * ACTION   kill      SIGKILL instead of the call
 *          fail:N    the call does nothing and returns errno N
 *          short     a write takes half of what it was given
 *          torn      as short, then SIGKILL
 *
 * The trace has a line for each call that has ended, with tabs between:
 *   name path n class result other-path argument data-offset data-length
 * class: "effect"; "ask" for what only reads or connects. With --at it holds
 * the call that was hit, and is empty if none was.
 *
 * Exit status: the program's; 128+N if signal N ended it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
#error "only the registers of x86-64 are known here"
#endif

/* Where a call's paths are among its arguments: -1 for none. `at` is the
 * directory's descriptor, `fd` a descriptor that stands for the path. */
struct call {
    long number;
    const char* name;
    int at, path;   /* the path it is about */
    int at2, path2; /* a second one */
    int fd;
    int argument; /* worth noting: flags or a mode */
};

/* clang-format off */
static const struct call calls[] = {
    {SYS_open,       "open",       -1,  0, -1, -1, -1,  1},
    {SYS_openat,     "openat",      0,  1, -1, -1, -1,  2},
    {SYS_creat,      "creat",      -1,  0, -1, -1, -1,  1},
    {SYS_write,      "write",      -1, -1, -1, -1,  0, -1},
    {SYS_writev,     "writev",     -1, -1, -1, -1,  0, -1},
    {SYS_pwrite64,   "pwrite",     -1, -1, -1, -1,  0,  3},
    {SYS_sendto,     "sendto",     -1, -1, -1, -1,  0, -1},
    {SYS_sendmsg,    "sendmsg",    -1, -1, -1, -1,  0, -1},
    {SYS_connect,    "connect",    -1, -1, -1, -1, -1, -1},
    {SYS_fsync,      "fsync",      -1, -1, -1, -1,  0, -1},
    {SYS_fdatasync,  "fdatasync",  -1, -1, -1, -1,  0, -1},
    {SYS_syncfs,     "syncfs",     -1, -1, -1, -1,  0, -1},
    {SYS_ftruncate,  "ftruncate",  -1, -1, -1, -1,  0,  1},
    {SYS_fallocate,  "fallocate",  -1, -1, -1, -1,  0, -1},
    {SYS_rename,     "rename",     -1,  0, -1,  1, -1, -1},
    {SYS_renameat,   "renameat",    0,  1,  2,  3, -1, -1},
    {SYS_renameat2,  "renameat2",   0,  1,  2,  3, -1,  4},
    {SYS_link,       "link",       -1,  0, -1,  1, -1, -1},
    {SYS_linkat,     "linkat",      0,  1,  2,  3, -1, -1},
    {SYS_symlink,    "symlink",    -1,  1, -2,  0, -1, -1},
    {SYS_symlinkat,  "symlinkat",   1,  2, -2,  0, -1, -1},
    {SYS_unlink,     "unlink",     -1,  0, -1, -1, -1, -1},
    {SYS_unlinkat,   "unlinkat",    0,  1, -1, -1, -1,  2},
    {SYS_rmdir,      "rmdir",      -1,  0, -1, -1, -1, -1},
    {SYS_mkdir,      "mkdir",      -1,  0, -1, -1, -1,  1},
    {SYS_mkdirat,    "mkdirat",     0,  1, -1, -1, -1,  2},
    {SYS_chmod,      "chmod",      -1,  0, -1, -1, -1,  1},
    {SYS_fchmod,     "fchmod",     -1, -1, -1, -1,  0,  1},
    {SYS_fchmodat,   "fchmodat",    0,  1, -1, -1, -1,  2},
    {SYS_chown,      "chown",      -1,  0, -1, -1, -1,  1},
    {SYS_fchown,     "fchown",     -1, -1, -1, -1,  0,  1},
    {SYS_lchown,     "lchown",     -1,  0, -1, -1, -1,  1},
    {SYS_fchownat,   "fchownat",    0,  1, -1, -1, -1,  2},
    {SYS_mount,      "mount",      -1,  1, -1, -1, -1, -1},
    {SYS_umount2,    "umount",     -1,  0, -1, -1, -1, -1},
    {SYS_clone,      "clone",      -1, -1, -1, -1, -1, -1},
    {SYS_clone3,     "clone",      -1, -1, -1, -1, -1, -1},
    {SYS_vfork,      "clone",      -1, -1, -1, -1, -1, -1},
    {SYS_openat2,    "openat2",     0,  1, -1, -1, -1, -1},
    {SYS_copy_file_range, "copy_file_range", -1, -1, -1, -1, 2, -1},
    {SYS_sendfile,   "sendfile",   -1, -1, -1, -1,  0, -1},
};
/* clang-format on */
enum { call_count = sizeof calls / sizeof calls[0], path_size = 4200 };

/* One call of one thread, from its beginning to its end. */
struct event {
    const struct call* call;
    uint64_t args[6];
    char path[path_size], path2[path_size];
    int nth;
    const char* class;
};

struct thread {
    pid_t tid;
    int is_main; /* of the program itself, not of one that it has started */
    int in_call;
    struct event event;
};

struct seen {
    char* key;
    int count;
};

static struct thread threads[256];
static struct seen* seen_keys;
static size_t seen_count;
static FILE* trace;
static FILE* data;
static long data_offset;
static char target[2 * path_size];
static const char* action;
static pid_t program;
static int is_hit;

static void die(const char* what) {
    fprintf(stderr, "injector: %s: %s\n", what, strerror(errno));
    if (program > 0) {
        kill(program, SIGKILL);
    }
    exit(125);
}

static const struct call* find_call(uint64_t number) {
    for (size_t i = 0; i < call_count; ++i) {
        if ((uint64_t)calls[i].number == number) {
            return &calls[i];
        }
    }
    return NULL;
}

static struct thread* find_thread(pid_t tid) {
    struct thread* empty = NULL;
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; ++i) {
        if (threads[i].tid == tid) {
            return &threads[i];
        }
        if (threads[i].tid == 0 && !empty) {
            empty = &threads[i];
        }
    }
    if (!empty) {
        errno = ENOMEM;
        die("too many threads");
    }
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/task/%d", program, tid);
    *empty = (struct thread){.tid = tid, .is_main = access(name, F_OK) == 0};
    return empty;
}

static ssize_t read_memory(pid_t tid, uint64_t address, void* to, size_t size) {
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/mem", tid);
    const int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    const ssize_t count = pread(fd, to, size, (off_t)address);
    close(fd);
    return count;
}

static void read_text(pid_t tid, uint64_t address, char* to) {
    const ssize_t count = read_memory(tid, address, to, 4096);
    to[count < 0 ? 0 : count] = '\0';
}

static void read_link(pid_t tid, const char* what, char* to) {
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/%s", tid, what);
    const ssize_t count = readlink(name, to, 4096);
    to[count < 0 ? 0 : count] = '\0';
}

/* "/proc/123/stat" of some process is the same call as that of another. */
static void blur_process(char* path) {
    if (strncmp(path, "/proc/", 6) == 0) {
        const size_t digits = strspn(path + 6, "0123456789");
        if (digits > 0) {
            memmove(path + 7, path + 6 + digits, strlen(path + 6 + digits) + 1);
            path[6] = 'N';
        }
    }
}

static void absolute_path(pid_t tid, int directory, uint64_t address, char* to) {
    static char name[path_size], base[path_size];
    char link[32];
    read_text(tid, address, name);
    base[0] = '\0';
    if (name[0] != '/') {
        snprintf(link, sizeof link, directory == AT_FDCWD ? "cwd" : "fd/%d", directory);
        read_link(tid, link, base);
    }
    snprintf(to, path_size, "%.*s%s%.*s", 2000, base, base[0] ? "/" : "", 2000, name);
    blur_process(to);
}

static void descriptor_path(pid_t tid, int fd, char* to) {
    char link[32];
    snprintf(link, sizeof link, "fd/%d", fd);
    read_link(tid, link, to);
    if (strncmp(to, "socket:", 7) == 0) {
        strcpy(to, "socket");
    }
    blur_process(to);
}

static void socket_address(pid_t tid, uint64_t address, uint64_t size, char* to) {
    union {
        struct sockaddr any;
        struct sockaddr_un local;
        struct sockaddr_in internet;
    } peer;
    memset(&peer, 0, sizeof peer);
    read_memory(tid, address, &peer, size < sizeof peer ? size : sizeof peer);
    if (peer.any.sa_family == AF_UNIX) {
        snprintf(to, path_size, "%.100s", peer.local.sun_path);
    } else {
        snprintf(to, path_size, "family-%d", peer.any.sa_family);
    }
}

static void find_paths(pid_t tid, struct event* event) {
    const struct call* call = event->call;
    const uint64_t* args = event->args;
    event->path[0] = event->path2[0] = '\0';
    if (call->fd >= 0) {
        descriptor_path(tid, (int)args[call->fd], event->path);
    } else if (call->path >= 0) {
        absolute_path(tid, call->at < 0 ? AT_FDCWD : (int)args[call->at], args[call->path],
                      event->path);
    } else if (call->number == SYS_connect) {
        socket_address(tid, args[1], args[2], event->path);
    }
    if (call->at2 == -2) { /* a link's target stays as it is */
        read_text(tid, args[call->path2], event->path2);
    } else if (call->path2 >= 0) {
        absolute_path(tid, call->at2 < 0 ? AT_FDCWD : (int)args[call->at2], args[call->path2],
                      event->path2);
    }
}

static int opens(const struct call* call) {
    return call->number == SYS_open || call->number == SYS_openat || call->number == SYS_openat2;
}

/* NULL for calls that are of no interest. */
static const char* classify(const struct event* event) {
    const char* path = event->path;
    if (opens(event->call)) {
        if (event->call->argument >= 0 &&
            (event->args[event->call->argument] & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))) {
            return strncmp(path, "/dev/", 5) == 0 ? NULL : "effect";
        }
        /* what the loader reads before main() is not the program's own doing */
        return strstr(path, ".so") || strncmp(path, "/usr/lib/", 9) == 0 ? NULL : "ask";
    }
    if (event->call->fd >= 0) {
        const int is_pipe = strncmp(path, "pipe:", 5) == 0 || strncmp(path, "anon_inode:", 11) == 0 ||
                            strncmp(path, "/dev/", 5) == 0 || (int)event->args[event->call->fd] < 3;
        return is_pipe ? NULL : "effect";
    }
    return event->call->number == SYS_connect ? "ask" : "effect";
}

static int count_key(const char* key) {
    for (size_t i = 0; i < seen_count; ++i) {
        if (strcmp(seen_keys[i].key, key) == 0) {
            return ++seen_keys[i].count;
        }
    }
    seen_keys = realloc(seen_keys, (seen_count + 1) * sizeof *seen_keys);
    if (!seen_keys) {
        die("remember a call");
    }
    seen_keys[seen_count++] = (struct seen){strdup(key), 1};
    return 1;
}

static int is_target(struct event* event) {
    char key[2 * path_size];
    snprintf(key, sizeof key, "%s %s", event->call->name, event->path);
    event->nth = count_key(key);
    snprintf(key, sizeof key, "%s %s %d", event->call->name, event->path, event->nth);
    return strcmp(key, target) == 0;
}

static long copy_data(pid_t tid, const struct event* event, int64_t result) {
    const int writes = event->call->number == SYS_write || event->call->number == SYS_pwrite64;
    if (!data || !writes || result <= 0) {
        return 0;
    }
    char* buffer = malloc((size_t)result);
    const ssize_t count = buffer ? read_memory(tid, event->args[1], buffer, (size_t)result) : -1;
    if (count != result || fwrite(buffer, 1, (size_t)count, data) != (size_t)count) {
        die("copy what was written");
    }
    free(buffer);
    return (long)count;
}

static void note(pid_t tid, const struct event* event, int64_t result) {
    if (!trace) {
        return;
    }
    const long length = copy_data(tid, event, result);
    const int argument = event->call->argument;
    fprintf(trace, "%s\t%s\t%d\t%s\t%lld\t%s\t%llu\t%ld\t%ld\n", event->call->name, event->path,
            event->nth, event->class, (long long)result, event->path2,
            argument < 0 ? 0ULL : (unsigned long long)event->args[argument], data_offset, length);
    fflush(trace);
    data_offset += length;
}

static struct user_regs_struct registers_of(pid_t tid) {
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, tid, 0, &registers) < 0) {
        die("read the registers");
    }
    return registers;
}

static void set_registers(pid_t tid, struct user_regs_struct registers) {
    if (ptrace(PTRACE_SETREGS, tid, 0, &registers) < 0) {
        die("change the registers");
    }
}

/* Does what is to be done at the target; returns how to go on with it. */
static int strike(pid_t tid, struct event* event) {
    is_hit = 1;
    struct user_regs_struct registers = registers_of(tid);
    if (strcmp(action, "kill") == 0) {
        note(tid, event, 0);
        kill(program, SIGKILL);
    } else if (strncmp(action, "fail:", 5) == 0) {
        note(tid, event, -atoi(action + 5));
        registers.orig_rax = (unsigned long long)-1;
        registers.rax = (unsigned long long)-atoi(action + 5);
        set_registers(tid, registers);
    } else { /* short, torn */
        note(tid, event, 0);
        registers.rdx = (registers.rdx + 1) / 2;
        set_registers(tid, registers);
        return strcmp(action, "torn") == 0 ? PTRACE_SYSCALL : PTRACE_CONT;
    }
    return PTRACE_CONT;
}

static int on_call(struct thread* thread) {
    struct __ptrace_syscall_info info;
    if (!thread->is_main) {
        return PTRACE_CONT;
    }
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, sizeof info, &info) < 0) {
        return PTRACE_CONT; /* it has just been killed */
    }
    struct event* event = &thread->event;
    event->call = find_call(info.seccomp.nr);
    memcpy(event->args, info.seccomp.args, sizeof event->args);
    if (!event->call) {
        return PTRACE_CONT;
    }
    find_paths(thread->tid, event);
    event->class = classify(event);
    if (!event->class) {
        return PTRACE_CONT;
    }
    const int hit = is_target(event);
    if (!target[0]) {
        thread->in_call = 1;
        return PTRACE_SYSCALL;
    }
    if (!hit || is_hit) {
        return PTRACE_CONT;
    }
    return strike(thread->tid, event);
}

static void on_return(struct thread* thread) {
    struct __ptrace_syscall_info info;
    if (target[0]) { /* torn: it has written its half */
        kill(program, SIGKILL);
    } else if (thread->in_call &&
               ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, sizeof info, &info) > 0) {
        note(thread->tid, &thread->event, info.exit.rval);
    }
    thread->in_call = 0;
}

static void install_filter(void) {
    static struct sock_filter filter[call_count + 8];
    size_t size = 0;
    filter[size++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < call_count; ++i) {
        filter[size++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i].number,
                                         (uint8_t)(call_count - i), 0);
    }
    filter[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[size++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    const struct sock_fprog description = {.len = (unsigned short)size, .filter = filter};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &description) < 0) {
        die("install the filter");
    }
}

static void start(char** argv) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) < 0 || (program = fork()) < 0) {
        die("start");
    }
    if (program == 0) {
        char byte;
        close(ready[1]);
        if (read(ready[0], &byte, 1) != 0) { /* ends when the tracer is there */
            _exit(125);
        }
        install_filter();
        execvp(argv[0], argv);
        die(argv[0]);
    }
    close(ready[0]);
    if (ptrace(PTRACE_SEIZE, program, 0,
               PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                   PTRACE_O_TRACEVFORK | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) < 0) {
        die("trace");
    }
    close(ready[1]);
}

/* One stop of one thread. */
static void on_stop(pid_t tid, int status) {
    struct thread* thread = find_thread(tid);
    const int event = status >> 16;
    int request = PTRACE_CONT;
    int signal_number = 0;
    if (event == PTRACE_EVENT_SECCOMP) {
        request = on_call(thread);
    } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
        on_return(thread);
    } else if (event == 0) {
        signal_number = WSTOPSIG(status);
    }
    if (ptrace(request, tid, 0, signal_number) < 0 && errno != ESRCH) {
        die("go on");
    }
}

/* Until the program and all that it has started have ended. */
static int follow(void) {
    int result = 125;
    for (;;) {
        int status;
        const pid_t tid = waitpid(-1, &status, __WALL);
        if (tid < 0 && errno == ECHILD) {
            return result;
        }
        if (tid < 0) {
            die("wait");
        }
        if (WIFSTOPPED(status)) {
            on_stop(tid, status);
            continue;
        }
        find_thread(tid)->tid = 0;
        if (tid == program) {
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
}

int main(int argc, char** argv) {
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        FILE** file = strcmp(argv[i], "--trace") == 0  ? &trace
                      : strcmp(argv[i], "--data") == 0 ? &data
                                                       : NULL;
        if (file && !(*file = fopen(argv[i + 1], "we"))) {
            die(argv[i + 1]);
        } else if (strcmp(argv[i], "--at") == 0) {
            snprintf(target, sizeof target, "%s", argv[i + 1]);
        } else if (strcmp(argv[i], "--do") == 0) {
            action = argv[i + 1];
        }
    }
    if (i + 1 >= argc || (target[0] && !action)) {
        fprintf(stderr, "usage: injector [--trace FILE] [--data FILE] [--at CALL --do ACTION] "
                        "-- PROGRAM...\n");
        return 125;
    }
    start(argv + i + 1);
    return follow();
}
