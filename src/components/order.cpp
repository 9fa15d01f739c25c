#include "components/order.hpp"

#include <algorithm>

#include "components/parts.hpp"
#include "language/cycles.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Adds an edge from the later to the earlier unit for each item of a list of units.
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

template <typename Use>
void each_service(const std::vector<Tree>& bodies, Use use) {
    for (const auto& body : bodies) {
        if (const auto* services = body.find("services")) {
            for (const auto& service : services->entries()) {
                use(service);
            }
        }
    }
}

/// Returns the names of all services, without the suffix.
std::vector<std::string> services_of(const std::vector<Tree>& bodies) {
    std::vector<std::string> names;
    each_service(bodies, [&](const Tree::Entry& service) {
        const auto unit = unit_name(service.key);
        names.push_back(unit.substr(0, unit.rfind('.')));
    });
    return names;
}

/// systemd does not wait for a unit that does not exist. Other programs' services are unknown
/// here, but a name very similar to one of ours or to a target is a typo.
void check_edge(const Tree& item, const std::vector<std::string>& here,
                const std::vector<std::string>& known, Diagnostics& diagnostics) {
    static const std::vector<std::string> targets = {
        "network-online", "network", "network-pre", "local-fs",   "remote-fs",   "time-sync",
        "sysinit",        "basic",   "multi-user",  "nss-lookup", "name-lookup", "k8s-node"};
    const auto unit = unit_name(item.text());
    const auto name = unit.substr(0, unit.rfind('.'));
    if (!unit.ends_with(".service") || std::find(known.begin(), known.end(), name) != known.end() ||
        std::find(here.begin(), here.end(), name) != here.end()) {
        return;
    }
    const bool is_target = std::find(targets.begin(), targets.end(), name) != targets.end();
    const auto near = nearest_word(name, here);
    if (is_target || near) {
        diagnostics.add(item.at(), "there is no service '" + name + "'",
                        "did you mean '" + (is_target ? name + ".target" : *near) + "'?");
    }
}

/// Returns the edge that the operator can fix: one that no component file declares, or else the
/// one that closes the cycle.
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

void check_edges(const std::vector<Tree>& bodies, const std::vector<ComponentDefinition>& all,
                 Diagnostics& diagnostics) {
    const auto here = services_of(bodies);
    std::vector<Tree> everywhere;
    for (const auto& component : all) {
        everywhere.push_back(component.body);
    }
    const auto known = services_of(everywhere);
    each_service(bodies, [&](const Tree::Entry& service) {
        for (const auto* key : {"wants", "requires", "after", "before"}) {
            const auto* list = service.value.find(key);
            Diagnostics reported_elsewhere;
            for (const auto* item : list == nullptr ? std::vector<const Tree*>()
                                                    : scalars_of(*list, key, reported_elsewhere)) {
                check_edge(*item, here, known, diagnostics);
            }
        }
    });
}

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
                        "remove one 'after' or 'before': " + places(cycle));
    }
}

} // namespace k8s_node
