// The proof that pods run on a node: a sandbox is started and removed, with the
// node's own runtime, image, network and control groups.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "model/sandbox_start.hpp"

namespace k8s_node::cri {

/// A sandbox that was started and is gone again.
struct StartedSandbox {
    std::string address; ///< that it had; empty where somebody else stopped it first
    std::chrono::milliseconds took{0};
};

/// Told what takes longer than a moment: the image is being pulled.
using Tell = std::function<void(const std::string&)>;

/// Starts one and removes it; what a killed run of ours left is removed first.
/// A runtime that says that it is not ready gets `patience` to become so. The
/// address must lie in `pod_cidr`, if there is one. Throws
/// Error(not_ready) with the cause and what to try; Interrupted, and then
/// nothing of it stays that this run knows of.
StartedSandbox start_sandbox(const SandboxStart& how, const std::string& pod_cidr,
                             std::chrono::milliseconds patience, const Tell& tell);

/// Why the runtime itself says that it starts no pods; empty if it does not
/// say so. Cheap and free of effects.
[[nodiscard]] std::string runtime_complaint(const SandboxStart& how);

/// "10.244.0.7" in "10.244.0.0/24". Also true for what is no IPv4 network.
[[nodiscard]] bool lies_in(const std::string& address, const std::string& network);

/// The part of a runtime's message that names the cause to people: without the
/// sandbox's long id and what gRPC puts in front.
[[nodiscard]] std::string readable_cause(std::string message);

} // namespace k8s_node::cri
