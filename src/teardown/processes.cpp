#include "teardown/processes.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <optional>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node::teardown {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

/// Time for the kernel to end a killed process; one that is stuck in a system call (a dead
/// network file system) may never end.
constexpr milliseconds kill_patience{10000};
/// New processes may appear between two rounds, but not forever.
constexpr int rounds = 10;

fs::path directory_of(pid_t pid) {
    return fs::path("/proc") / std::to_string(pid);
}

std::string content_or_nothing(const fs::path& path) {
    try {
        return read_file_if_exists(path).value_or("");
    } catch (const Error&) {
        return {}; // the process has just ended
    }
}

/// The file that a path refers to, in whichever container it is; empty if it is gone.
struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Identity&) const = default;
};

std::optional<Identity> identity_of(const fs::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0
               ? std::optional(Identity{status.st_dev, status.st_ino})
               : std::nullopt;
}

/// A foreign container may have its own store at the same path.
bool runs_from(pid_t pid, const std::string& store) {
    constexpr std::string_view deleted = " (deleted)";
    std::error_code error;
    const auto program = fs::read_symlink(directory_of(pid) / "exe", error).string();
    if (store.empty() || error || !program.starts_with(store + "/")) {
        return false;
    }
    // The link of a deleted file refers to nothing, so the root directory is compared.
    return program.ends_with(deleted)
               ? identity_of(directory_of(pid) / "root") == identity_of("/")
               : identity_of(directory_of(pid) / "exe") == identity_of(program);
}

/// True for a process that has ended and was not waited for.
bool is_zombie(pid_t pid) {
    const auto stat = content_or_nothing(directory_of(pid) / "stat");
    return stat.substr(std::min(stat.rfind(')'), stat.size())).starts_with(") Z");
}

/// A process that cannot be confused with a later one with the same PID.
struct Held {
    pid_t pid = 0;
    UniqueFd fd;
};

std::vector<Held> hold(const ProcessScope& scope) {
    std::vector<Held> held;
    for (const auto pid : find_processes(scope)) {
        UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
        if (fd) {
            held.push_back({pid, std::move(fd)});
        }
    }
    // Checked again, because a PID may have been reused before it was held.
    const auto still = find_processes(scope);
    std::erase_if(held, [&](const Held& process) {
        return std::find(still.begin(), still.end(), process.pid) == still.end();
    });
    return held;
}

void signal_all(const std::vector<Held>& processes, int signal) {
    for (const auto& process : processes) {
        static_cast<void>(::syscall(SYS_pidfd_send_signal, process.fd.get(), signal, nullptr, 0U));
    }
}

/// Waits for processes to end and drops those that have ended.
void await_ends(std::vector<Held>& processes, milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (!processes.empty()) {
        std::vector<pollfd> waits;
        for (const auto& process : processes) {
            waits.push_back({process.fd.get(), POLLIN, 0});
        }
        waits.push_back({interrupt_fd(), POLLIN, 0});
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        if (left <= milliseconds::zero()) {
            return;
        }
        if (::poll(waits.data(), waits.size(), static_cast<int>(left.count())) <= 0) {
            continue;
        }
        throw_if_interrupted();
        std::size_t index = 0;
        std::erase_if(processes, [&](const Held&) { return waits[index++].revents != 0; });
    }
}

} // namespace

bool is_in_cgroup(std::string_view cgroup_text, const std::vector<std::string>& groups) {
    for (const auto& line : split_lines(cgroup_text)) {
        const auto colon = line.find(':', line.find(':') + 1);
        const auto path = colon == std::string::npos ? std::string() : line.substr(colon + 1) + "/";
        if (std::any_of(groups.begin(), groups.end(), [&](const std::string& group) {
                return path.starts_with("/" + group + "/");
            })) {
            return true;
        }
    }
    return false;
}

std::vector<pid_t> all_processes() {
    std::vector<pid_t> out;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        if (const auto pid = parse_integer(entry.path().filename().string())) {
            out.push_back(static_cast<pid_t>(*pid));
        }
    }
    return out;
}

std::vector<pid_t> find_processes(const ProcessScope& scope) {
    std::vector<pid_t> out;
    for (const auto pid : all_processes()) {
        const bool ours =
            is_in_cgroup(content_or_nothing(directory_of(pid) / "cgroup"), scope.cgroups) ||
            runs_from(pid, scope.store);
        if (ours && pid != ::getpid() && !is_zombie(pid)) {
            out.push_back(pid);
        }
    }
    return out;
}

bool is_used_by_others(const fs::path& network_namespace, const ProcessScope& scope) {
    const auto wanted = identity_of(network_namespace);
    std::vector<pid_t> users;
    for (const auto pid : all_processes()) {
        if (wanted && identity_of(directory_of(pid) / "ns/net") == wanted && !is_zombie(pid)) {
            users.push_back(pid);
        }
    }
    const auto ours = users.empty() ? std::vector<pid_t>() : find_processes(scope);
    return std::any_of(users.begin(), users.end(), [&](pid_t pid) {
        return std::find(ours.begin(), ours.end(), pid) == ours.end();
    });
}

std::string describe_process(pid_t pid) {
    const auto text = content_or_nothing(directory_of(pid) / "comm");
    const auto name = std::string(trim(text));
    return (name.empty() ? "?" : name) + " (process " + std::to_string(pid) + ")";
}

std::vector<pid_t> end_processes(const ProcessScope& scope, milliseconds grace) {
    for (int round = 0; round < rounds; ++round) {
        auto processes = hold(scope);
        if (processes.empty()) {
            return {};
        }
        if (round == 0) {
            signal_all(processes, SIGTERM);
            await_ends(processes, grace);
        }
        signal_all(processes, SIGKILL);
        await_ends(processes, kill_patience);
        if (!processes.empty()) {
            break;
        }
    }
    return find_processes(scope);
}

} // namespace k8s_node::teardown
