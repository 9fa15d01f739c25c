// Detects units that fail while something else is waited for.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "systemd/manager.hpp"
#include "systemd/unit_follower.hpp"

namespace k8s_node {

/// Counts the failures of one unit since the first observation. Pure.
class FailureCount {
public:
    /// This many failures are not a coincidence.
    static constexpr unsigned again_and_again = 3;

    /// True if the unit has failed for good, or is between two starts for the third time.
    /// Failures before the first observation do not count.
    [[nodiscard]] bool see(const UnitState& state);
    [[nodiscard]] unsigned failures() const noexcept { return failures_; }

private:
    std::optional<UnitState> last_;
    unsigned restarts_before_ = 0;
    unsigned failures_ = 0;
};

/// systemd restarts a failing service forever, so that a wait for what it does would never end
/// either.
class FailureWatch {
public:
    FailureWatch(const Bus& bus, std::span<const std::string> units);

    /// True if look() would see anything new.
    [[nodiscard]] bool any() const { return !news_.empty(); }
    /// Checks the units that changed, all of them the first time, except those in `but`, whose
    /// jobs report for them.
    [[nodiscard]] std::optional<UnitFailure> look(const std::set<std::string>& but = {});
    /// Stops counting the unit's failures.
    void forget(const std::string& unit) { counts_.erase(unit); }

private:
    /// Remembers how a unit ended, which systemd forgets when it starts again.
    void remember_end(const UnitState& state);
    [[nodiscard]] UnitFailure explain(const std::string& unit, unsigned failures) const;

    const Bus& bus_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    std::set<std::string> news_; ///< units that changed since the last look
    std::map<std::string, FailureCount> counts_;
    std::map<std::string, UnitFailure> ends_; ///< the last observed end of each
    UnitFollower follower_;
};

} // namespace k8s_node
