// A seed on disk.
#pragma once

#include <string>

#include "seed/seed.hpp"

namespace k8s_node {

struct SeedFiles {
    std::string control_plane; ///< the path of the join data of each control plane
    std::string worker;        ///< likewise of each worker
    std::string begins;        ///< the node that begins the cluster
    std::chrono::sys_seconds begins_until;
};

/// Makes the directory, 0700, and in it master.yaml and worker.yaml, each 0600. Needs no cluster
/// and not to be root. Throws Error(usage) if the directory exists, ConfigurationError for what no
/// join data may say.
[[nodiscard]] SeedFiles create_seed_files(const std::string& directory, const SeedRequest& request,
                                          std::chrono::sys_seconds now);

} // namespace k8s_node
