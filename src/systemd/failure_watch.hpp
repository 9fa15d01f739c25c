// Units that fail while something else is waited for.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "systemd/manager.hpp"
#include "systemd/unit_news.hpp"

namespace k8s_node {

/// The failures of one unit from the first look on. Pure.
class FailureCount {
public:
    /// So many are no accident any more.
    static constexpr unsigned again_and_again = 3;

    /// Whether the unit is found to fail for good, or between two starts for
    /// the third time. What had failed before the first look does not count.
    [[nodiscard]] bool see(const UnitState& state);
    [[nodiscard]] unsigned failures() const noexcept { return failures_; }

private:
    std::optional<UnitState> last_;
    unsigned restarts_before_ = 0;
    unsigned failures_ = 0;
};

/// systemd starts a service that fails again and again for ever, and who waits
/// for what it does would wait for ever, too.
class FailureWatch {
public:
    FailureWatch(const Bus& bus, std::span<const std::string> units);

    /// Whether look() would see anything new.
    [[nodiscard]] bool any() const { return news_.any(); }
    /// Reads what has arrived and looks at the units that changed, but for those
    /// of which a job tells that is waited for.
    [[nodiscard]] std::optional<UnitFailure> look(const std::set<std::string>& but = {});
    /// The unit counts no more.
    void forget(const std::string& unit) { counts_.erase(unit); }

private:
    /// A unit forgets how it ended when it starts again.
    void remember_end(const UnitState& state);
    [[nodiscard]] UnitFailure explain(const std::string& unit, unsigned failures) const;

    const Bus& bus_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    UnitNews news_;
    std::map<std::string, FailureCount> counts_;
    std::map<std::string, UnitFailure> ends_; ///< the last end of each that was seen
};

} // namespace k8s_node
