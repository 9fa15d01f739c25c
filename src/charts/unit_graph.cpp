#include "charts/unit_graph.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace k8s_node {

namespace {

/// Name of a unit → those of the units that it waits for.
using Order = std::map<std::string, std::set<std::string>>;

Order order_of(const Manifest& manifest) {
    Order order;
    for (const auto& unit : manifest.units) {
        order[unit.name]; // also without a dependency
    }
    for (const auto& unit : manifest.units) {
        for (const auto& earlier : unit.after) {
            if (order.contains(earlier)) {
                order[unit.name].insert(earlier);
            }
        }
        for (const auto& later : unit.before) {
            if (order.contains(later)) {
                order[later].insert(unit.name);
            }
        }
    }
    return order;
}

/// True if `unit` waits for `other` by way of a third unit, so that its own edge says nothing new.
bool follows(const Order& order, const std::string& unit, const std::string& other) {
    std::set<std::string> seen{unit};
    std::vector<std::string> open;
    for (const auto& direct : order.at(unit)) {
        if (direct != other) {
            open.push_back(direct);
        }
    }
    while (!open.empty()) {
        const auto one = open.back();
        open.pop_back();
        if (!seen.insert(one).second) {
            continue;
        }
        if (order.at(one).contains(other)) {
            return true;
        }
        open.insert(open.end(), order.at(one).begin(), order.at(one).end());
    }
    return false;
}

/// The longest way to each unit. A cycle, which systemd would break, ends at as many steps as there
/// are units.
std::map<std::string, std::size_t> steps_of(const Order& order) {
    std::map<std::string, std::size_t> steps;
    for (const auto& [unit, earlier] : order) {
        steps[unit] = 1;
    }
    bool changed = true;
    while (changed) {
        changed = false;
        for (const auto& [unit, earlier] : order) {
            for (const auto& one : earlier) {
                const auto step = std::min(steps[one] + 1, order.size());
                changed = changed || step > steps[unit];
                steps[unit] = std::max(steps[unit], step);
            }
        }
    }
    return steps;
}

bool requires_unit(const UnitEntry& entry, const std::string& other) {
    return std::ranges::find(entry.required, other) != entry.required.end();
}

} // namespace

UnitGraph unit_graph(const Manifest& manifest) {
    const auto order = order_of(manifest);
    const auto steps = steps_of(order);
    UnitGraph graph;
    for (const auto& entry : manifest.units) {
        UnitGraph::Unit unit{
            entry.name, entry.component, {}, entry.in_target, steps.at(entry.name)};
        for (const auto& other : order.at(entry.name)) {
            const bool required = requires_unit(entry, other);
            if (required || !follows(order, entry.name, other)) {
                unit.after.push_back({other, required});
            }
        }
        graph.units.push_back(std::move(unit));
    }
    std::ranges::sort(graph.units, [](const auto& left, const auto& right) {
        return std::tie(left.step, left.name) < std::tie(right.step, right.name);
    });
    return graph;
}

} // namespace k8s_node
