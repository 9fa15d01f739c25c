// Checks every resource, which gives the plan, and executes the plan. One engine for `plan`,
// `install` and every other command that changes the machine.
#pragma once

#include <functional>
#include <optional>
#include <set>

#include "generations/system.hpp"
#include "health/outage.hpp"
#include "resources/pki_resource.hpp"

namespace k8s_node {

/// A plan, and what its execution needs from the check.
struct CheckedPlan {
    Plan plan;
    Generation current;
    PkiCheck pki;
    std::set<std::string> replaced_paths{}; ///< files that units read: programs and keys
};

/// Removes the unfinished work of killed runs. Only for the holder of the run's lock.
void remove_leftovers(const System& system);

/// Checks everything and changes nothing. Throws Error if the machine holds something that must not
/// be touched.
[[nodiscard]] CheckedPlan check_all(const Desired& desired, const System& system);

/// Carries the plan out: fetching runs in parallel with issuing keys; then host files, the
/// generation, one reload, units, cluster objects and the wait for the node. Every step checks
/// before it acts, so an interrupted run is simply repeated. If no generation is current, services
/// start during the fetch (see first_install.hpp). Otherwise `before_switch` is called when
/// everything is prepared and nothing is switched yet; what it throws ends the run there. Returns
/// the same as execute_switch().
std::optional<Outage> execute(
    const CheckedPlan& checked, const Desired& desired, System& system,
    const std::function<void()>& before_switch = [] {});

} // namespace k8s_node
