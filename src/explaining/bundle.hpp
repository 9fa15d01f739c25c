// Everything that helps somebody else to find out what is wrong with a node, without its secrets.
#pragma once

#include <string>
#include <vector>

#include "configuration/options.hpp"
#include "support/log.hpp"

namespace k8s_node {

struct Bundle {
    std::string path;
    std::size_t files = 0;
    std::vector<std::string> missing; ///< what could not be collected, and why
};

/// Collects files, answers of this program, of systemd, of the journal and of the cluster into a
/// new archive. `path` empty: k8s-node-support-HOST-TIME.tar.gz in the working directory. What
/// cannot be collected does not stop the rest. Throws Error if the archive cannot be written.
[[nodiscard]] Bundle collect_bundle(const NodeOptions& options, std::string path,
                                    EventSink& events);

} // namespace k8s_node
