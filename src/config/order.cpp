#include "config/order.hpp"

#include <algorithm>

#include "config/cycles.hpp"
#include "config/reader.hpp"

namespace k8s_node {

namespace {

/// "LATER waits for EARLIER" for each item of a list of units.
void add_edges(const std::string& unit, const Tree& service, const std::string& key,
               std::vector<Edge>& edges) {
    const auto* list = service.find(key);
    if (list == nullptr) {
        return;
    }
    Diagnostics reported_elsewhere;
    for (const auto* item : scalars_of(*list, key, reported_elsewhere)) {
        const auto other = unit_name(item->text());
        const bool after = key == "after";
        edges.push_back({after ? unit : other, after ? other : unit, item->at()});
    }
}

/// Where the operator can mend it: an edge that no component file declares, or
/// else the one that closes the cycle.
const Edge& to_blame(const std::vector<Edge>& cycle) {
    const auto theirs = std::find_if(cycle.rbegin(), cycle.rend(), [](const Edge& edge) {
        return !edge.at.layer().ends_with("component");
    });
    return theirs == cycle.rend() ? cycle.back() : *theirs;
}

std::string places(const std::vector<Edge>& cycle) {
    std::string text;
    for (const auto& edge : cycle) {
        text +=
            (text.empty() ? "" : ", ") + edge.from + " after " + edge.to + " at " + edge.at.text();
    }
    return text;
}

} // namespace

void check_order(const std::vector<Tree>& bodies, Diagnostics& diagnostics) {
    std::vector<Edge> edges;
    for (const auto& body : bodies) {
        const auto* services = body.find("services");
        if (services == nullptr) {
            continue;
        }
        for (const auto& service : services->entries()) {
            add_edges(unit_name(service.key), service.value, "after", edges);
            add_edges(unit_name(service.key), service.value, "before", edges);
        }
    }
    for (const auto& cycle : find_cycles(edges)) {
        diagnostics.add(to_blame(cycle).at, "services wait for each other: " + cycle_text(cycle),
                        "take one 'after' or 'before' away: " + places(cycle));
    }
}

} // namespace k8s_node
