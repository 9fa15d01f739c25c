#include "support/spawned_program.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/files.hpp"
#include "support/process_wait.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

/// A file in memory: unlike a pipe it takes any amount of data without a concurrent reader.
UniqueFd memory_file(const char* name) {
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC));
    if (!fd) {
        throw system_error(errno, "create a file in memory");
    }
    return fd;
}

std::string content_of(const UniqueFd& fd) {
    return read_file("/proc/self/fd/" + std::to_string(fd.get()));
}

/// Signals that this program blocks or ignores must not be inherited by another one.
posix_spawnattr_t default_signals() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes); // glibc's holds nothing that needs freeing
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return attributes;
}

pid_t start(const std::vector<std::string>& argv, const std::array<UniqueFd, 3>& streams) {
    std::vector<char*> pointers;
    for (const auto& argument : argv) {
        pointers.push_back(
            const_cast<char*>(argument.c_str())); // posix_spawn does not write to them
    }
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const ScopeExit destroy([&]() noexcept { ::posix_spawn_file_actions_destroy(&actions); });
    for (int i = 0; i < 3; ++i) {
        ::posix_spawn_file_actions_adddup2(&actions, streams.at(static_cast<std::size_t>(i)).get(),
                                           i);
    }
    const auto attributes = default_signals();
    pid_t pid = 0;
    const auto program = find_program(argv.front()).value_or(argv.front());
    if (const int error =
            ::posix_spawn(&pid, program.c_str(), &actions, &attributes, pointers.data(), environ)) {
        throw system_error(error, "run " + argv.front());
    }
    return pid;
}

/// A killed program ends at once, except while the kernel holds it, which may last for ever.
constexpr int kill_patience_ms = 20;

/// Returns the pidfd of a new child process, which without one would be nobody's.
UniqueFd pidfd_of(pid_t child) {
    try {
        return open_process(child);
    } catch (const Error&) {
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        throw;
    }
}

} // namespace

SpawnedProgram::SpawnedProgram(const std::vector<std::string>& argv, std::string_view input)
    : streams_{memory_file("input"), memory_file("output"), memory_file("errors")} {
    write_all(streams_[0].get(), input, "write the input of " + argv.front());
    ::lseek(streams_[0].get(), 0, SEEK_SET);
    process_ = pidfd_of(start(argv, streams_));
}

SpawnedProgram::~SpawnedProgram() {
    kill();
}

void SpawnedProgram::kill() noexcept {
    if (is_reaped_) {
        return;
    }
    is_reaped_ = true;
    ::syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0U);
    pollfd end{process_.get(), POLLIN, 0};
    ::poll(&end, 1, kill_patience_ms);
    siginfo_t info{};
    ::waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED | WNOHANG);
}

ProgramResult SpawnedProgram::result(int status) {
    is_reaped_ = true;
    return {status, content_of(streams_[1]), content_of(streams_[2])};
}

Error program_timeout(const std::string& name, std::chrono::milliseconds deadline) {
    return Error(name + " did not end within " + human_duration(deadline));
}

} // namespace k8s_node
