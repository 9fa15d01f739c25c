#include "apply/activation.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/handle.hpp"
#include "systemd/unit_failure.hpp"

namespace k8s_node {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> directories = {{
    {"/etc/sysusers.d/", "systemd-sysusers"},
    {"/etc/tmpfiles.d/", "systemd-tmpfiles"},
    {"/etc/modules-load.d/", "systemd-modules-load.service"},
    {"/etc/sysctl.d/", "systemd-sysctl.service"},
}};

/// Runs a program of systemd that has no unit which would run it again: theirs
/// are conditioned on the first boot or an update.
void run_program(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (auto& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    // What it did is in the plan; what it complains about stays on stderr.
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const ScopeExit destroy([&]() noexcept { ::posix_spawn_file_actions_destroy(&actions); });
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    if (const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ)) {
        throw system_error(error, "run " + words.front());
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw Error(words.front() + " failed")
            .try_this("run it by hand; it says which line it does not accept");
    }
}

class QuietObserver : public JobObserver {
public:
    void finished(const FinishedJob& /*job*/) override {}
    void waiting(std::span<const PendingJob> /*jobs*/) override {}
};

} // namespace

std::optional<std::string> activation_of(const std::string& path) {
    for (const auto& [directory, action] : directories) {
        if (path.starts_with(directory)) {
            return std::string(action);
        }
    }
    return std::nullopt;
}

std::ptrdiff_t activation_order(const std::string& what) {
    const auto found = std::find_if(directories.begin(), directories.end(),
                                    [&](const auto& each) { return each.second == what; });
    return found - directories.begin();
}

bool is_activation(const std::string& what) {
    return activation_order(what) < std::ssize(directories);
}

void activate(const std::string& what, System& system) {
    if (!system.root.is_host()) {
        return;
    }
    if (what == "systemd-sysusers") {
        run_program({what});
        return;
    }
    if (what == "systemd-tmpfiles") {
        run_program({what, "--create"});
        return;
    }
    if (system.services == nullptr) {
        return;
    }
    // These two report a failure for a module or key that a kernel does not
    // have; whether it matters shows when a service needs it.
    QuietObserver observer;
    const UnitJob job{JobKind::restart, what};
    for (const auto& failure : system.services->run(std::span(&job, 1), {}, observer)) {
        // One that an operator has masked stays so; any other was not run at all.
        if (failure.job.result == JobResult::refused &&
            system.services->unit_state(what).is_loaded()) {
            throw_on_failure(std::span(&failure, 1));
        }
        report(system, Priority::warning, "activate", what, describe(failure));
    }
}

} // namespace k8s_node
