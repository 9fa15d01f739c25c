#include "plan/start_needs.hpp"

#include <vector>

namespace k8s_node {

namespace {

std::set<std::string> own_needs(const Manifest& manifest, const UnitEntry& unit) {
    std::set<std::string> needs;
    for (const auto& input : unit.inputs) {
        for (const auto& entry : manifest.store_entries) {
            if (input.path == entry || input.path.starts_with(entry + "/")) {
                needs.insert(entry);
            }
        }
    }
    return needs;
}

/// Unit → the units whose needs it shares directly.
using Companions = std::map<std::string, std::set<std::string>>;

Companions companions_of(const Manifest& manifest) {
    Companions out;
    for (const auto& unit : manifest.units) {
        for (const auto* others : {&unit.wants, &unit.required, &unit.after}) {
            out[unit.name].insert(others->begin(), others->end());
        }
        for (const auto& later : unit.before) {
            out[later].insert(unit.name);
        }
    }
    return out;
}

/// Returns the unit and all units that it reaches through its companions.
std::vector<std::string> reached_from(const std::string& unit, const Companions& companions) {
    std::set<std::string> met = {unit};
    std::vector<std::string> reached = {unit};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        const auto others = companions.find(reached[i]);
        if (others == companions.end()) {
            continue;
        }
        for (const auto& other : others->second) {
            if (met.insert(other).second) {
                reached.push_back(other);
            }
        }
    }
    return reached;
}

} // namespace

StartNeeds start_needs(const Manifest& manifest) {
    StartNeeds own;
    for (const auto& unit : manifest.units) {
        own[unit.name] = own_needs(manifest, unit);
    }
    const auto companions = companions_of(manifest);
    StartNeeds all;
    for (const auto& [unit, needs] : own) {
        all[unit];
        for (const auto& other : reached_from(unit, companions)) {
            if (const auto found = own.find(other); found != own.end()) {
                all[unit].insert(found->second.begin(), found->second.end());
            }
        }
    }
    return all;
}

std::set<std::string> most_needed(const StartNeeds& needs) {
    std::map<std::string, std::size_t> counts;
    for (const auto& [unit, entries] : needs) {
        for (const auto& entry : entries) {
            ++counts[entry];
        }
    }
    std::set<std::string> most;
    for (const auto& [entry, count] : counts) {
        if (count * 2 >= needs.size()) {
            most.insert(entry);
        }
    }
    return most;
}

} // namespace k8s_node
