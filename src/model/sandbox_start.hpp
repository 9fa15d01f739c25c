// How a pod sandbox is started on a node, to prove that pods run.
#pragma once

#include <string>

namespace k8s_node {

struct SandboxStart {
    std::string socket;        ///< of the container runtime; empty if the node runs no pods
    std::string image;         ///< the sandbox image
    std::string image_hint;    ///< what to try if that image is not available
    std::string cgroup_parent; ///< in the notation of the runtime's cgroup driver
    std::string hint;          ///< where to look when a sandbox does not start
    bool operator==(const SandboxStart&) const = default;
};

} // namespace k8s_node
