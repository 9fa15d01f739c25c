#include "support/program.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// A file in memory: it takes any amount without anybody reading beside.
UniqueFd memory_file(const char* name) {
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC));
    if (!fd) {
        throw system_error(errno, "make a file in memory");
    }
    return fd;
}

std::string content_of(const UniqueFd& fd) {
    return read_file("/proc/self/fd/" + std::to_string(fd.get()));
}

/// What this program blocks or ignores for itself is no matter of another one.
posix_spawnattr_t default_signals() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes); // glibc's holds nothing that had to be freed
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return attributes;
}

pid_t start(const std::vector<std::string>& words, const std::array<UniqueFd, 3>& streams) {
    std::vector<char*> argv;
    for (const auto& word : words) {
        argv.push_back(const_cast<char*>(word.c_str())); // posix_spawn does not write to them
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const ScopeExit destroy([&]() noexcept { ::posix_spawn_file_actions_destroy(&actions); });
    for (int i = 0; i < 3; ++i) {
        ::posix_spawn_file_actions_adddup2(&actions, streams.at(static_cast<std::size_t>(i)).get(),
                                           i);
    }
    const auto attributes = default_signals();
    pid_t pid = 0;
    const auto program = find_program(words.front()).value_or(words.front());
    if (const int error =
            ::posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environ)) {
        throw system_error(error, "run " + words.front());
    }
    return pid;
}

int wait_for(pid_t pid, const std::string& name, std::chrono::milliseconds deadline) {
    const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
    pollfd wait{process.get(), POLLIN, 0};
    const auto end = SteadyClock::now() + deadline;
    int ready = 0;
    do {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now());
        ready = ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    } while (ready < 0 && errno == EINTR);
    if (ready == 0) {
        ::kill(pid, SIGKILL);
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (ready == 0) {
        throw Error(name + " did not end within " + std::to_string(deadline.count() / 1000) + " s");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

ProgramResult run_program(const std::vector<std::string>& words, std::string_view input,
                          std::chrono::milliseconds deadline) {
    const std::array<UniqueFd, 3> streams = {memory_file("input"), memory_file("output"),
                                             memory_file("errors")};
    write_all(streams[0].get(), input, "write what " + words.front() + " is to read");
    ::lseek(streams[0].get(), 0, SEEK_SET);
    const int status = wait_for(start(words, streams), words.front(), deadline);
    return {status, content_of(streams[1]), content_of(streams[2])};
}

std::optional<std::string> find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        return name;
    }
    const char* path = std::getenv("PATH");
    const std::string searched = path == nullptr ? "" : path;
    for (const auto& directory : split(searched + ":/usr/sbin:/usr/bin:/sbin:/bin", ':')) {
        const auto candidate = directory + "/" + name;
        if (directory.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return std::nullopt;
}

bool has_program(const std::string& name) {
    return find_program(name).has_value();
}

} // namespace k8s_node
