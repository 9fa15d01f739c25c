// Kernel parameters as they are, beside those that our sysctl.d(5) files ask for.
#pragma once

#include <string>
#include <vector>

#include "model/generation.hpp"
#include "support/files.hpp"

namespace k8s_node {

/// A parameter that is not, or at the next boot will not be, as we ask.
struct ParameterDrift {
    std::string key;       ///< "net.ipv4.ip_forward"
    std::string what;      ///< "is 0 instead of 1: /etc/sysctl.d/99-x.conf sets it after …"
    std::string overrider; ///< the file that wins over ours; empty for none
};

/// Parameters of these files (absolute paths without the root) that differ in
/// /proc/sys or that another file sets to another value after them, in the order
/// in which systemd-sysctl(8) reads. One that this machine lacks or may not set,
/// as in many containers, is none.
[[nodiscard]] std::vector<ParameterDrift>
find_parameter_drift(const std::vector<std::string>& files, const Root& root);

/// The sysctl.d(5) files of a generation.
[[nodiscard]] std::vector<std::string> parameter_files(const Generation& generation);

} // namespace k8s_node
