#include "plan/rollout.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace k8s_node {

namespace {

/// Unit → the units of the manifest that must be up before it, directly.
using Predecessors = std::map<std::string, std::set<std::string>>;

Predecessors predecessors_of(const Manifest& manifest) {
    Predecessors before;
    for (const auto& entry : manifest.units) {
        before[entry.name];
    }
    for (const auto& entry : manifest.units) {
        for (const auto& other : entry.after) {
            if (before.contains(other)) {
                before[entry.name].insert(other);
            }
        }
        for (const auto& other : entry.before) {
            if (before.contains(other)) {
                before[other].insert(entry.name);
            }
        }
    }
    return before;
}

/// All units of the manifest, each after its predecessors; the earliest in the
/// manifest that can be next is next. A cycle, which systemd would break too,
/// ends with what is left in the manifest's order.
std::vector<std::string> sorted(const Manifest& manifest, const Predecessors& before) {
    std::vector<std::string> out;
    std::set<std::string> placed;
    const auto can_be_next = [&](const UnitEntry& entry) {
        return !placed.contains(entry.name) && std::ranges::includes(placed, before.at(entry.name));
    };
    const auto is_left = [&](const UnitEntry& entry) { return !placed.contains(entry.name); };
    while (placed.size() < before.size()) {
        auto next = std::ranges::find_if(manifest.units, can_be_next);
        if (next == manifest.units.end()) {
            next = std::ranges::find_if(manifest.units, is_left);
        }
        out.push_back(next->name);
        placed.insert(next->name);
    }
    return out;
}

bool wait_for_the_same(const std::string& a, const std::string& b, const Predecessors& before) {
    return !before.at(a).empty() && before.at(a) == before.at(b);
}

} // namespace

std::vector<RolloutStep> rollout_steps(const std::vector<std::string>& units,
                                       const Manifest& manifest) {
    const auto before = predecessors_of(manifest);
    std::vector<RolloutStep> steps;
    for (const auto& unit : sorted(manifest, before)) {
        if (std::ranges::find(units, unit) == units.end()) {
            continue;
        }
        if (!steps.empty() && wait_for_the_same(steps.back().front(), unit, before)) {
            steps.back().push_back(unit);
        } else {
            steps.push_back({unit});
        }
    }
    RolloutStep others;
    std::ranges::copy_if(units, std::back_inserter(others),
                         [&](const auto& unit) { return !before.contains(unit); });
    if (!others.empty()) {
        steps.push_back(std::move(others));
    }
    return steps;
}

} // namespace k8s_node
