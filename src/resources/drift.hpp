// Drift: what on this machine differs from the current generation, by name.
#pragma once

#include "generations/system.hpp"

namespace k8s_node {

/// The party that fixes a drift.
enum class Remedy {
    install,   ///< the next install
    operator_, ///< only who caused it, since it is their own file
    none,      ///< nobody: a drop-in is systemd's way for an operator to change a unit
};

struct Drift {
    std::string object; ///< "/etc/crictl.yaml", "kubelet.service"
    std::string what;   ///< "differs", "has a drop-in /etc/systemd/…"
    Remedy remedy = Remedy::install;
};

/// Returns edited files of the generation, host files and links, programs in the store, kernel
/// parameters, and units that somebody overrides. Changes nothing.
[[nodiscard]] std::vector<Drift> find_drift(const Generation& current, int number,
                                            const System& system);

/// Returns only what others override: their drop-ins, masks and unit files for our units, and
/// kernel parameters.
[[nodiscard]] std::vector<Drift> find_overrides(const Generation& current, const System& system);

} // namespace k8s_node
