// Allows one run at a time. The kernel holds the lock (on an open file, which stays), so that it
// ends with the process, however that ends.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "support/handle.hpp"

namespace k8s_node::host {

/// The holder of the lock according to the lock file: "1234 install 2026-01-02T03:04:05Z".
struct LockHolder {
    pid_t pid = 0;
    std::string verb;
    std::string since; ///< UTC, RFC 3339
    bool operator==(const LockHolder&) const = default;

    [[nodiscard]] std::string text() const;
    [[nodiscard]] static std::optional<LockHolder> parse(std::string_view text);
    /// "'install' (process 1234) since 2026-01-02T03:04:05Z"
    [[nodiscard]] std::string describe() const;
};

/// Returns who holds the lock at this moment, "another run" if the file does not tell, or nullopt
/// if nobody does. It takes part in nothing: whoever wants the lock is not delayed.
[[nodiscard]] std::optional<std::string> lock_holder(const std::filesystem::path& path);

/// Holds the lock until it is destroyed.
class RunLock {
public:
    using Clock = std::chrono::steady_clock;
    /// Called once for each holder that is waited for, with its description, even if its name is
    /// unknown.
    using OnWait = std::function<void(const std::string& holder)>;

    /// Takes the lock for `verb`; waits for another holder until the deadline by kernel events,
    /// without polling. Throws Error(busy) naming the holder at the deadline.
    [[nodiscard]] static RunLock acquire(const std::filesystem::path& path, std::string_view verb,
                                         Clock::time_point deadline, const OnWait& on_wait);

    RunLock(RunLock&&) noexcept = default;
    RunLock& operator=(RunLock&&) noexcept = delete;
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;
    ~RunLock();

private:
    explicit RunLock(UniqueFd fd) noexcept : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

} // namespace k8s_node::host
