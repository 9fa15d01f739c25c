// Unit states as they were when first queried.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "systemd/manager.hpp"

namespace k8s_node {

/// For checks that change nothing: several of them query the same units, and each query is a
/// round trip to systemd. Changes are passed through and clear the snapshot. Like the underlying
/// manager, which must outlive it, not for several threads at once.
class UnitSnapshot : public ServiceManager {
public:
    /// The first query of one of `units` asks for all of them.
    UnitSnapshot(ServiceManager& services, std::set<std::string> units)
        : services_(services), not_asked_(std::move(units)) {}

    void reload() override;
    [[nodiscard]] std::vector<UnitFailure>
    run(std::span<const UnitJob> jobs, const JobOptions& options, JobObserver& observer) override;
    void begin(std::span<const std::string> units) override;
    [[nodiscard]] std::optional<UnitInstability>
    watch_stability(std::span<const std::string> units, std::chrono::milliseconds window) override;
    [[nodiscard]] UnitFailure watch_failures(std::span<const std::string> units) override;
    [[nodiscard]] UnitState unit_state(const std::string& unit) override;
    [[nodiscard]] std::vector<UnitSummary>
    list_units(std::span<const std::string> patterns) override;
    void reset_failed(const std::string& unit) override;
    [[nodiscard]] std::string string_property(const std::string& unit, const std::string& interface,
                                              const std::string& property) override;
    [[nodiscard]] std::vector<std::string> strings_property(const std::string& unit,
                                                            const std::string& interface,
                                                            const std::string& property) override;

private:
    ServiceManager& services_;
    std::set<std::string> not_asked_;
    std::map<std::string, UnitState> states_;
};

} // namespace k8s_node
