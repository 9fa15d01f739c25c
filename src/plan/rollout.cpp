#include "plan/rollout.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace k8s_node {

namespace {

/// Unit → the units of the manifest that must be up before it, directly.
using Predecessors = std::map<std::string, std::set<std::string>>;

Predecessors predecessors_of(const Manifest& manifest, const RolloutOrder& order) {
    Predecessors before;
    for (const auto& entry : manifest.units) {
        before[entry.name];
    }
    for (const auto& [unit, others] : order.after) {
        std::ranges::copy_if(others, std::inserter(before[unit], before[unit].end()),
                             [&](const auto& other) { return before.contains(other); });
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

/// Places a unit after its predecessors. One that is already being placed is part of a cycle,
/// which systemd would break somewhere too.
void place(const std::string& unit, const Predecessors& before, std::set<std::string>& seen,
           std::vector<std::string>& out) {
    if (!seen.insert(unit).second) {
        return;
    }
    for (const auto& earlier : before.at(unit)) {
        place(earlier, before, seen, out);
    }
    out.push_back(unit);
}

/// Returns all units, as in the manifest but each after its predecessors.
std::vector<std::string> sorted(const Manifest& manifest, const Predecessors& before) {
    std::vector<std::string> out;
    std::set<std::string> seen;
    for (const auto& entry : manifest.units) {
        place(entry.name, before, seen, out);
    }
    return out;
}

/// True if `later` comes after `unit`, directly or through others.
bool comes_after(const std::string& later, const std::string& unit, const Predecessors& before,
                 std::set<std::string>& seen) {
    return seen.insert(later).second &&
           std::ranges::any_of(before.at(later), [&](const std::string& earlier) {
               return earlier == unit || comes_after(earlier, unit, before, seen);
           });
}

void collect(const std::string& unit, const Predecessors& before, std::set<std::string>& found) {
    for (const auto& earlier : before.at(unit)) {
        if (found.insert(earlier).second) {
            collect(earlier, before, found);
        }
    }
}

bool is_independent_of(const std::string& unit, const RolloutStep& step,
                       const Predecessors& before) {
    return std::ranges::none_of(step, [&](const std::string& other) {
        std::set<std::string> seen;
        return comes_after(unit, other, before, seen);
    });
}

} // namespace

std::vector<RolloutStep> rollout_steps(const std::vector<std::string>& units,
                                       const Manifest& manifest, const RolloutOrder& order) {
    const auto before = predecessors_of(manifest, order);
    std::vector<RolloutStep> steps;
    std::vector<RolloutStep> end;
    for (const auto& unit : sorted(manifest, before)) {
        if (std::ranges::find(units, unit) == units.end()) {
            continue;
        }
        if (order.last.contains(unit)) {
            end.push_back({unit});
        } else if (!steps.empty() && is_independent_of(unit, steps.back(), before)) {
            steps.back().push_back(unit);
        } else {
            steps.push_back({unit});
        }
    }
    std::ranges::move(end, std::back_inserter(steps));
    RolloutStep others;
    std::ranges::copy_if(units, std::back_inserter(others),
                         [&](const auto& unit) { return !before.contains(unit); });
    if (!others.empty()) {
        steps.push_back(std::move(others));
    }
    return steps;
}

std::set<std::string> units_before(const std::string& unit, const Manifest& manifest) {
    const auto before = predecessors_of(manifest, {});
    std::set<std::string> found;
    if (before.contains(unit)) {
        collect(unit, before, found);
    }
    return found;
}

RolloutOrder rollout_order(const Manifest& manifest) {
    RolloutOrder order;
    for (const auto& entry : manifest.units) {
        if (entry.rollout.last) {
            order.last.insert(entry.name);
        }
        if (!entry.rollout.after.empty()) {
            order.after[entry.name] = {entry.rollout.after.begin(), entry.rollout.after.end()};
        }
    }
    return order;
}

} // namespace k8s_node
