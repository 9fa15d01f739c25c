#include "plan/rollout.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "support/text.hpp"

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

/// Places a unit after its predecessors. One that is under way already is part
/// of a cycle, which systemd would break somewhere too.
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

/// All units, as in the manifest but each after its predecessors.
std::vector<std::string> sorted(const Manifest& manifest, const Predecessors& before) {
    std::vector<std::string> out;
    std::set<std::string> seen;
    for (const auto& entry : manifest.units) {
        place(entry.name, before, seen, out);
    }
    return out;
}

/// Whether `later` comes after `unit`, directly or by way of others.
bool comes_after(const std::string& later, const std::string& unit, const Predecessors& before,
                 std::set<std::string>& seen) {
    return seen.insert(later).second &&
           std::ranges::any_of(before.at(later), [&](const std::string& earlier) {
               return earlier == unit || comes_after(earlier, unit, before, seen);
           });
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
                                       const Manifest& manifest,
                                       const std::set<std::string>& last) {
    const auto before = predecessors_of(manifest);
    std::vector<RolloutStep> steps;
    std::vector<RolloutStep> end;
    for (const auto& unit : sorted(manifest, before)) {
        if (std::ranges::find(units, unit) == units.end()) {
            continue;
        }
        if (last.contains(unit)) {
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

std::set<std::string> units_to_roll_out_last(const Generation& generation) {
    std::set<std::string> units;
    for (const auto& entry : generation.manifest.units) {
        const auto body = generation.files.find("units/" + entry.name);
        const auto lines =
            split_lines(body == generation.files.end() ? std::string() : body->second);
        if (std::ranges::find(lines, "X-Rollout=last") != lines.end()) {
            units.insert(entry.name);
        }
    }
    return units;
}

} // namespace k8s_node
