// Kernel parameters, compared with what our sysctl.d(5) files set.
#pragma once

#include <string>
#include <vector>

#include "model/generation.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// A parameter whose value differs, or will after the next boot, from what we set.
struct ParameterDrift {
    std::string key;       ///< "net.ipv4.ip_forward"
    std::string what;      ///< "is 0 instead of 1: /etc/sysctl.d/99-x.conf sets it after …"
    std::string overrider; ///< the file that overrides ours, if any
};

/// Returns the parameters of these files (absolute paths without the root) that differ in /proc/sys
/// or that another file sets to another value later, in the order in which systemd-sysctl(8) reads
/// them. Parameters that this machine lacks or may not set, as in many containers, are skipped.
[[nodiscard]] std::vector<ParameterDrift>
find_parameter_drift(const std::vector<std::string>& files, const Root& root);

/// Returns the sysctl.d(5) files of a generation.
[[nodiscard]] std::vector<std::string> parameter_files(const Generation& generation);

} // namespace k8s_node
