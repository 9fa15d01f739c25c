// What on this machine is not as the current generation has it, by name.
#pragma once

#include "apply/system.hpp"

namespace k8s_node {

/// Who puts a drift right.
enum class Remedy {
    install,   ///< the next install
    operator_, ///< nobody but who made it: it is somebody's own file
    none,      ///< nobody: systemd's own way for an operator to change a unit
};

struct Drift {
    std::string object; ///< "/etc/crictl.yaml", "kubelet.service"
    std::string what;   ///< "differs", "has a drop-in /etc/systemd/…"
    Remedy remedy = Remedy::install;
};

/// Edited files of the generation, host files and links, programs in the
/// store, kernel parameters, and units that somebody else overrides. Changes nothing.
[[nodiscard]] std::vector<Drift> find_drift(const Generation& current, int number,
                                            const System& system);

/// Only what others override: drop-ins, masks and unit files of theirs on our
/// units, and kernel parameters.
[[nodiscard]] std::vector<Drift> find_overrides(const Generation& current, const System& system);

} // namespace k8s_node
