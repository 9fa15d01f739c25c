#include "systemd/unit_snapshot.hpp"

namespace k8s_node {

UnitState UnitSnapshot::unit_state(const std::string& unit) {
    const auto known = states_.find(unit);
    if (known != states_.end()) {
        return known->second;
    }
    if (not_asked_.contains(unit)) {
        const std::vector<std::string> units(not_asked_.begin(), not_asked_.end());
        not_asked_.clear();
        for (auto& state : services_.unit_states(units)) {
            const auto name = state.name;
            states_.emplace(name, std::move(state));
        }
        return states_.at(unit);
    }
    return states_.emplace(unit, services_.unit_state(unit)).first->second;
}

void UnitSnapshot::reload() {
    states_.clear();
    services_.reload();
}

std::vector<UnitFailure> UnitSnapshot::run(std::span<const UnitJob> jobs, const JobOptions& options,
                                           JobObserver& observer) {
    states_.clear();
    return services_.run(jobs, options, observer);
}

void UnitSnapshot::begin(std::span<const std::string> units) {
    states_.clear();
    services_.begin(units);
}

std::optional<UnitInstability> UnitSnapshot::watch_stability(std::span<const std::string> units,
                                                             std::chrono::milliseconds window) {
    states_.clear();
    return services_.watch_stability(units, window);
}

UnitFailure UnitSnapshot::watch_failures(std::span<const std::string> units) {
    states_.clear();
    return services_.watch_failures(units);
}

std::vector<UnitSummary> UnitSnapshot::list_units(std::span<const std::string> patterns) {
    return services_.list_units(patterns);
}

void UnitSnapshot::reset_failed(const std::string& unit) {
    states_.erase(unit);
    services_.reset_failed(unit);
}

std::string UnitSnapshot::string_property(const std::string& unit, const std::string& interface,
                                          const std::string& property) {
    return services_.string_property(unit, interface, property);
}

std::vector<std::string> UnitSnapshot::strings_property(const std::string& unit,
                                                        const std::string& interface,
                                                        const std::string& property) {
    return services_.strings_property(unit, interface, property);
}

} // namespace k8s_node
