#include "config/order.hpp"

#include <algorithm>

#include "config/cycles.hpp"
#include "config/parts.hpp"
#include "support/text.hpp"

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

/// The names of all services, without the suffix.
std::vector<std::string> services_of(const std::vector<Tree>& bodies) {
    std::vector<std::string> names;
    each_service(bodies, [&](const Tree::Entry& service) {
        const auto unit = unit_name(service.key);
        names.push_back(unit.substr(0, unit.rfind('.')));
    });
    return names;
}

/// systemd takes a unit that does not exist for one that need not be waited
/// for. Another program's service cannot be known here, but a name that is
/// nearly one of ours, or a target's, is a slip.
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
                        "take one 'after' or 'before' away: " + places(cycle));
    }
}

} // namespace k8s_node
