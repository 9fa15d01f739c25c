// The container runtime interface (CRI, version 1) as far as a pod sandbox needs it:
// https://github.com/kubernetes/cri-api, pkg/apis/runtime/v1/api.proto
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "cri/grpc_client.hpp"

namespace k8s_node::cri {

/// "RuntimeReady" or "NetworkReady", as the runtime reports it.
struct Condition {
    std::string type;
    bool holds = false;
    std::string reason;
    std::string message;
};

/// A sandbox to run. Everything else is as kubelet requests it.
struct SandboxRequest {
    std::string name;
    std::string space; ///< the pod's namespace
    std::string uid;
    std::string cgroup_parent;
    std::vector<std::pair<std::string, std::string>> labels;
};

struct SandboxState {
    bool ready = false;
    std::string address; ///< in the pod network, perhaps one of each family, separated by commas;
                         ///< empty after it was stopped
};

/// A sandbox and the value of the label by which it was found.
struct LabelledSandbox {
    std::string id;
    std::string value;
};

class ContainerRuntime {
public:
    using milliseconds = std::chrono::milliseconds;

    /// `socket` is the path that kubelet uses. Waits in `loop`, which must outlive it.
    ContainerRuntime(std::string socket, EventLoop& loop)
        : client_(std::move(socket), loop), loop_(loop) {}

    [[nodiscard]] EventLoop& loop() noexcept { return loop_; }

    [[nodiscard]] std::vector<Condition> conditions();
    [[nodiscard]] bool has_image(const std::string& image);
    void pull_image(const std::string& image, milliseconds deadline);
    /// Starts a sandbox and returns its id.
    [[nodiscard]] std::string run_sandbox(const SandboxRequest& request, milliseconds deadline);
    [[nodiscard]] SandboxState sandbox(const std::string& id);
    /// Stops and removes it, unless somebody else already did.
    void remove_sandbox(const std::string& id);
    [[nodiscard]] std::vector<LabelledSandbox> sandboxes_with(const std::string& label);

private:
    GrpcClient client_;
    EventLoop& loop_;
};

} // namespace k8s_node::cri
