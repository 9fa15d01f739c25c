// Verifies that pods run on a node: starts and removes a sandbox with the node's own runtime,
// image, network and control groups.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "loop/event_loop.hpp"
#include "model/sandbox_start.hpp"

namespace k8s_node::cri {

/// A sandbox that was started and removed again.
struct StartedSandbox {
    std::string
        address; ///< of the sandbox, one of each family; empty if somebody else stopped it first
    std::chrono::milliseconds took{0};
};

/// Called for steps that take a while, such as pulling the image.
using Tell = std::function<void(const std::string&)>;

/// Starts a sandbox and removes it, after removing those of killed runs. A runtime that reports
/// that it is not ready gets `patience` to become ready. The address must be in `pod_cidr`, if
/// there is one. Throws Error(not_ready) with the cause and a hint; Interrupted, which leaves the
/// sandbox to the next run and to kubelet: a removal takes longer than a signal leaves.
StartedSandbox start_sandbox(const SandboxStart& how, const std::string& pod_cidr,
                             std::chrono::milliseconds patience, EventLoop& loop, const Tell& tell);

/// Returns the runtime's own reason for not starting pods; empty if there is none. Cheap and
/// without side effects.
[[nodiscard]] std::string runtime_complaint(const SandboxStart& how, EventLoop& loop);

/// True for "10.244.0.7,fd00::7" in "10.244.0.0/24,fd00::/64": there is an address in each of the
/// networks. True if there are none.
[[nodiscard]] bool lies_in(const std::string& addresses, const std::string& networks);

/// Returns the part of a runtime's message that names the cause, without the sandbox's long id
/// and gRPC's prefix.
[[nodiscard]] std::string readable_cause(std::string message);

} // namespace k8s_node::cri
