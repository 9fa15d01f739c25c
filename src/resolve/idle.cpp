#include "resolve/idle.hpp"

#include <algorithm>

#include "language/expand.hpp"

namespace k8s_node {

namespace {

/// Returns the first clause that does not hold.
const NamedAt* failing_clause(const ComponentDefinition& component, Scope& scope,
                              Diagnostics& diagnostics) {
    const auto fails = [&](const NamedAt& clause) {
        const auto tree = Tree::scalar(clause.name, true, clause.at);
        return clause_holds("when", tree, scope, diagnostics) == false;
    };
    const auto found = std::ranges::find_if(component.when, fails);
    return found == component.when.end() ? nullptr : &*found;
}

void check_needs(const Composition& composition, const std::map<std::string, NamedAt>& idle,
                 Diagnostics& diagnostics) {
    for (const auto& component : composition.components) {
        for (const auto& need : component.needs) {
            if (const auto found = idle.find(need.name); found != idle.end()) {
                diagnostics.add(
                    need.at,
                    "component '" + component.name + "' needs '" + need.name +
                        "', which has no effect on this node: it requires " + found->second.name,
                    "remove '" + component.name + "', or change that setting; declared in " +
                        found->second.at.text());
            }
        }
    }
}

} // namespace

std::set<std::string> leave_out_idle(Composition& composition, Scope& scope,
                                     Diagnostics& diagnostics) {
    std::map<std::string, NamedAt> idle;
    for (const auto& component : composition.components) {
        if (const auto* clause = failing_clause(component, scope, diagnostics)) {
            idle.emplace(component.name, *clause);
        }
    }
    std::erase_if(composition.components,
                  [&](const auto& component) { return idle.contains(component.name); });
    check_needs(composition, idle, diagnostics);
    std::set<std::string> names;
    for (const auto& [name, clause] : idle) {
        names.insert(name);
        composition.known[name] = false;
    }
    scope.names().set_components(composition.known);
    return names;
}

Settings settings_without(const std::set<std::string>& components, Settings settings) {
    std::erase_if(settings, [&](const auto& entry) {
        return components.contains(entry.second.spec.component);
    });
    return settings;
}

} // namespace k8s_node
