#include "engine/drift.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "engine/resource_table.hpp"
#include "systemd/unit_snapshot.hpp"

namespace k8s_node {

namespace {

/// Without systemd only files can differ: the rest takes effect when the machine is booted.
bool is_possible_here(const Drift& drift, const System& system) {
    return system.services != nullptr || !drift.mended_by || *drift.mended_by < ChangeKind::reload;
}

} // namespace

std::set<std::string> units_of(std::initializer_list<const Generation*> generations) {
    std::set<std::string> units = {"k8s-node.target"};
    for (const auto* generation : generations) {
        for (const auto& entry : generation->manifest.units) {
            units.insert(entry.name);
        }
    }
    return units;
}

std::vector<Drift> find_drift(const Generation& current, int number, const System& system) {
    auto looking = system;
    std::optional<UnitSnapshot> units;
    if (system.services != nullptr) {
        looking.services = &units.emplace(*system.services, units_of({&current}));
    }
    std::vector<Drift> drift;
    for (const auto* kind : kinds_in_effect()) {
        auto found = kind->drift(current, number, looking);
        std::ranges::copy_if(found, std::back_inserter(drift),
                             [&](const Drift& one) { return is_possible_here(one, system); });
    }
    auto overrides = find_overrides(current, looking);
    std::ranges::move(overrides, std::back_inserter(drift));
    return drift;
}

std::vector<Drift> find_overrides(const Generation& current, const System& system) {
    std::vector<Drift> drift;
    for (const auto* kind : kinds_in_effect()) {
        auto found = kind->overrides(current, system);
        std::ranges::move(found, std::back_inserter(drift));
    }
    return drift;
}

} // namespace k8s_node
