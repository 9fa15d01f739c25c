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
#include "support/handle.hpp"
#include "support/interrupt.hpp"
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

enum class Wait { ended, timed_out, interrupted };

/// Waits for a process to end, for a deadline or, if `heeds_signals`, for a
/// signal that asks this run to end.
Wait wait_on(const UniqueFd& process, SteadyClock::time_point end, bool heeds_signals) {
    std::array<pollfd, 2> waits = {
        {{process.get(), POLLIN, 0}, {heeds_signals ? interrupt_fd() : -1, POLLIN, 0}}};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SteadyClock::now());
        const int ready = ::poll(waits.data(), waits.size(),
                                 static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
        if (waits[0].revents != 0) {
            return Wait::ended;
        }
        if (ready == 0) {
            return Wait::timed_out;
        }
        if (waits[1].revents != 0) {
            return Wait::interrupted;
        }
    }
}

/// What a program was about to finish it may finish when a signal asks this run
/// to end.
constexpr std::chrono::milliseconds last_grace{50};

int wait_for(pid_t pid, const std::string& name, std::chrono::milliseconds deadline) {
    const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
    auto wait = wait_on(process, SteadyClock::now() + deadline, true);
    if (wait == Wait::interrupted &&
        wait_on(process, SteadyClock::now() + last_grace, false) == Wait::ended) {
        wait = Wait::ended;
    }
    if (wait != Wait::ended) {
        ::kill(pid, SIGKILL);
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (wait == Wait::interrupted) {
        throw_if_interrupted();
    }
    if (wait == Wait::timed_out) {
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
