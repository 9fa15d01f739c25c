#include "resources/resource_kind.hpp"

namespace k8s_node {

void ResourceKind::differ(Comparison& /*comparison*/, const System& /*system*/) const {}

bool ResourceKind::makes(ChangeKind /*change*/) const {
    return false;
}

void ResourceKind::apply(const std::vector<Change>& /*changes*/, Application& /*application*/,
                         System& /*system*/) const {}

std::vector<Drift> ResourceKind::drift(const Generation& current, int number,
                                       const System& system) const {
    Comparison comparison{.next = current, .current = current, .number = number};
    differ(comparison, system);
    std::vector<Drift> drift;
    for (const auto& change : comparison.changes) {
        if (makes(change.kind)) {
            drift.push_back({change.object, change.why, Remedy::install, change.kind});
        }
    }
    return drift;
}

std::vector<Drift> ResourceKind::overrides(const Generation& /*current*/,
                                           const System& /*system*/) const {
    return {};
}

std::vector<Leftover> ResourceKind::owned(const Removal& /*removal*/) const {
    return {};
}

void ResourceKind::remove(RemovalStage /*stage*/, Removal& /*removal*/) const {}

bool ResourceKind::is_needed_to_repeat() const {
    return false;
}

std::vector<NeededProgram> ResourceKind::missing_programs(const Removal& /*removal*/) const {
    return {};
}

} // namespace k8s_node
