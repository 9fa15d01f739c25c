// The ServiceManager that uses systemd over D-Bus.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "systemd/bus.hpp"
#include "systemd/manager.hpp"

namespace k8s_node {

class SystemdManager final : public ServiceManager {
public:
    explicit SystemdManager(Bus bus) : bus_(std::move(bus)) {}

    void reload() override;
    [[nodiscard]] std::vector<UnitFailure>
    run(std::span<const UnitJob> jobs, const JobOptions& options, JobObserver& observer) override;
    void begin(std::span<const std::string> units) override;
    [[nodiscard]] std::optional<UnitInstability>
    watch_stability(std::span<const std::string> units, std::chrono::milliseconds window) override;
    [[nodiscard]] UnitFailure watch_failures(std::span<const std::string> units) override;
    [[nodiscard]] UnitState unit_state(const std::string& unit) override;
    [[nodiscard]] std::vector<UnitState> unit_states(std::span<const std::string> units) override;
    [[nodiscard]] std::vector<UnitSummary>
    list_units(std::span<const std::string> patterns) override;
    void reset_failed(const std::string& unit) override;
    [[nodiscard]] std::string string_property(const std::string& unit, const std::string& interface,
                                              const std::string& property) override;
    [[nodiscard]] std::vector<std::string> strings_property(const std::string& unit,
                                                            const std::string& interface,
                                                            const std::string& property) override;

private:
    Bus bus_;
};

} // namespace k8s_node
