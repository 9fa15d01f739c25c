// How a pod's sandbox is started on a node: the proof that pods run.
#pragma once

#include <string>

namespace k8s_node {

struct SandboxStart {
    std::string socket;        ///< of the container runtime; empty: the node starts no pods
    std::string image;         ///< that every sandbox needs
    std::string image_hint;    ///< what to try where that image cannot be had
    std::string cgroup_parent; ///< in the words of the runtime's cgroup driver
    std::string hint;          ///< where to look when a sandbox does not start
    bool operator==(const SandboxStart&) const = default;
};

} // namespace k8s_node
