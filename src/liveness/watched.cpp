#include "liveness/watched.hpp"

namespace k8s_node::liveness {

namespace {

void collect(const Manifest& manifest, const UnitEntry& unit, std::set<std::string>& found) {
    for (const auto* const edges : {&unit.after, &unit.wants, &unit.required}) {
        for (const auto& name : *edges) {
            const auto* const other = find_unit(manifest, name);
            if (other != nullptr && found.insert(name).second) {
                collect(manifest, *other, found);
            }
        }
    }
}

} // namespace

std::vector<UnitEntry> watched_units(const Manifest& manifest) {
    std::vector<UnitEntry> units;
    for (const auto& unit : manifest.units) {
        if (unit.live) {
            units.push_back(unit);
        }
    }
    return units;
}

Reliance reliance_of(const Manifest& manifest) {
    Reliance reliance;
    for (const auto& unit : watched_units(manifest)) {
        auto& needed = reliance[unit.name];
        collect(manifest, unit, needed);
        std::erase_if(needed, [&](const std::string& name) {
            return name == unit.name || !find_unit(manifest, name)->live;
        });
    }
    return reliance;
}

} // namespace k8s_node::liveness
