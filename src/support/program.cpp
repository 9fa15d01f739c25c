#include "support/program.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/process_wait.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using SteadyClock = std::chrono::steady_clock;

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
constexpr std::chrono::milliseconds kill_patience{20};

int wait_for(pid_t pid, const std::string& name, std::chrono::milliseconds deadline) {
    const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
    auto wait = wait_for_process(process, SteadyClock::now() + deadline);
    if (wait == ProcessWait::interrupted &&
        wait_for_process(process, end_of_grace(), -1) == ProcessWait::ended) {
        wait = ProcessWait::ended;
    }
    if (wait != ProcessWait::ended) {
        ::kill(pid, SIGKILL);
        static_cast<void>(wait_for_process(process, SteadyClock::now() + kill_patience, -1));
    }
    int status = 0;
    static_cast<void>(::waitpid(pid, &status, WNOHANG));
    if (wait == ProcessWait::interrupted) {
        throw_if_interrupted();
    }
    if (wait == ProcessWait::timed_out) {
        throw Error(name + " did not end within " + std::to_string(deadline.count() / 1000) + " s");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

ProgramResult run_program(const std::vector<std::string>& argv, std::string_view input,
                          std::chrono::milliseconds deadline) {
    const std::array<UniqueFd, 3> streams = {memory_file("input"), memory_file("output"),
                                             memory_file("errors")};
    write_all(streams[0].get(), input, "write the input of " + argv.front());
    ::lseek(streams[0].get(), 0, SEEK_SET);
    const int status = wait_for(start(argv, streams), argv.front(), deadline);
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
