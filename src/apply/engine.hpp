// Check every resource → plan; execute the plan. One engine for `plan`,
// `install` and every other verb that changes the machine.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "apply/pki_kind.hpp"
#include "apply/system.hpp"
#include "health/outage.hpp"

namespace k8s_node {

/// A plan and what its execution needs to know again.
struct CheckedPlan {
    Plan plan;
    Generation current;
    PkiCheck pki;
    std::set<std::string> replaced_paths{}; ///< that units read: programs and keys
};

/// Removes what killed runs left half-made; it is of no use to this one. Only
/// for the holder of the run's lock.
void remove_leftovers(const System& system);

/// Looks at everything, changes nothing. Throws Error where the machine holds
/// something that must not be touched.
[[nodiscard]] CheckedPlan check_all(const Desired& desired, const System& system);

/// Carries the plan out: fetching runs beside keys and host files; then the
/// generation, one reload, units, cluster objects and the wait for the node.
/// Every step looks before it acts, so an interrupted run is simply repeated.
/// Where no generation is current, services start beside the fetch (see
/// first_install.hpp). `before_switch` of a rollout in steps is called when
/// everything is there and nothing is switched; what it throws ends the run
/// there. Returns as execute_switch().
std::optional<Outage> execute(
    const CheckedPlan& checked, const Desired& desired, System& system,
    const std::function<void()>& before_switch = [] {});

} // namespace k8s_node
