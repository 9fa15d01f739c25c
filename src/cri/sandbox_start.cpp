#include "cri/sandbox_start.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <unistd.h>
#include <utility>

#include "cri/container_runtime.hpp"
#include "language/networks.hpp"
#include "support/text.hpp"

namespace k8s_node::cri {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// Generous, because a slow machine is not a broken one; kubelet waits 15 minutes.
constexpr milliseconds start_time{60'000};
constexpr milliseconds pull_time{120'000};
constexpr milliseconds removal_time{90'000};
/// A label with the process that runs the sandbox.
constexpr const char* owner_label = "k8s-node-install/process";
constexpr const char* sandbox_name = "pods-run-here";
constexpr const char* sandbox_space = "k8s-node-install";

Error no_pod_starts(const std::string& why) {
    return Error("no pod can start on this node: " + why, ExitStatus::not_ready);
}

/// Random, because kubelet must never have seen this UID.
std::string new_uid() {
    std::ifstream file("/proc/sys/kernel/random/uuid");
    std::string uid;
    std::getline(file, uid);
    return uid;
}

void pause_shortly(EventLoop& loop) {
    loop.pause_until(Clock::now() + milliseconds{100});
}

/// kubelet also removes sandboxes that it does not know. Two concurrent removals of the same
/// network disturb each other: the slower one fails on an interface that is gone, and finds less
/// to do when it retries.
void remove_beside_kubelet(ContainerRuntime& runtime, const std::string& id, const Tell& tell) {
    const auto end = Clock::now() + removal_time;
    bool is_news = true;
    for (;;) {
        try {
            runtime.remove_sandbox(id);
            return;
        } catch (const CallError& error) {
            if (Clock::now() >= end) {
                throw;
            }
            if (std::exchange(is_news, false)) {
                tell("the removal of a pod sandbox failed and is retried: " +
                     readable_cause(error.message()));
            }
        }
        pause_shortly(runtime.loop());
    }
}

/// Removes sandboxes of runs that have ended.
void remove_leftovers(ContainerRuntime& runtime, const Tell& tell) {
    for (const auto& sandbox : runtime.sandboxes_with(owner_label)) {
        const auto owner = parse_integer(sandbox.value);
        const bool lives = owner && (::kill(static_cast<pid_t>(*owner), 0) == 0 || errno == EPERM);
        if (!lives) {
            remove_beside_kubelet(runtime, sandbox.id, tell);
        }
    }
}

std::string complaint_of(ContainerRuntime& runtime) {
    try {
        for (const auto& condition : runtime.conditions()) {
            if (!condition.holds &&
                (condition.type == "RuntimeReady" || condition.type == "NetworkReady")) {
                return "the container runtime reports that " + condition.type + " is false: " +
                       (condition.message.empty() ? condition.reason : condition.message);
            }
        }
        return {};
    } catch (const CallError& error) {
        return readable_cause(error.message());
    }
}

/// Waits, because the runtime may have just been restarted.
void await_readiness(ContainerRuntime& runtime, milliseconds patience) {
    const auto end = Clock::now() + patience;
    for (;;) {
        const auto complaint = complaint_of(runtime);
        if (complaint.empty()) {
            return;
        }
        if (Clock::now() >= end) {
            throw no_pod_starts(complaint);
        }
        pause_shortly(runtime.loop());
    }
}

void require_image(ContainerRuntime& runtime, const SandboxStart& how, const Tell& tell) {
    if (how.image.empty() || runtime.has_image(how.image)) {
        return;
    }
    tell("the image " + how.image + ", which every pod needs, is being pulled");
    try {
        runtime.pull_image(how.image, pull_time);
    } catch (const CallError& error) {
        throw no_pod_starts("the image " + how.image +
                            ", which every pod needs, is not on this machine and cannot be "
                            "pulled: " +
                            readable_cause(error.message()))
            .try_this(how.image_hint);
    }
}

/// A sandbox that exists as long as this object.
class RunningSandbox {
public:
    RunningSandbox(ContainerRuntime& runtime, const SandboxStart& how) : runtime_(runtime) {
        const auto process = std::to_string(::getpid());
        id_ = runtime_.run_sandbox({.name = sandbox_name,
                                    .space = sandbox_space,
                                    .uid = new_uid(),
                                    .cgroup_parent = how.cgroup_parent,
                                    .labels = {{owner_label, process}}},
                                   start_time);
    }
    RunningSandbox(const RunningSandbox&) = delete;
    RunningSandbox& operator=(const RunningSandbox&) = delete;
    RunningSandbox(RunningSandbox&&) = delete;
    RunningSandbox& operator=(RunningSandbox&&) = delete;
    ~RunningSandbox() {
        try {
            if (!id_.empty() && !runtime_.loop().is_to_end()) {
                runtime_.remove_sandbox(id_);
            }
        } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
            // Another error is being reported, or a signal ends the run; kubelet removes what it
            // does not know.
        }
    }

    [[nodiscard]] SandboxState state() { return runtime_.sandbox(id_); }

    /// If it fails, the destructor does not try again.
    void remove(const Tell& tell) { remove_beside_kubelet(runtime_, std::exchange(id_, {}), tell); }

private:
    ContainerRuntime& runtime_;
    std::string id_;
};

void require_network(const SandboxState& state, const std::string& pod_cidr) {
    if (!state.ready) {
        return; // kubelet removed the unknown sandbox first
    }
    if (state.address.empty()) {
        throw no_pod_starts("a pod sandbox starts, but gets no address");
    }
    if (!lies_in(state.address, pod_cidr)) {
        throw no_pod_starts("a pod sandbox gets the address " + state.address +
                            ", which is not in this node's pod network " + pod_cidr +
                            ": the container runtime uses another network's configuration")
            .try_this("k8s-node-install status names the conflicting file");
    }
}

StartedSandbox start(ContainerRuntime& runtime, const SandboxStart& how,
                     const std::string& pod_cidr, const Tell& tell) {
    const auto begin = Clock::now();
    RunningSandbox sandbox(runtime, how);
    const auto state = sandbox.state();
    require_network(state, pod_cidr);
    sandbox.remove(tell);
    return {state.address, std::chrono::duration_cast<milliseconds>(Clock::now() - begin)};
}

} // namespace

StartedSandbox start_sandbox(const SandboxStart& how, const std::string& pod_cidr,
                             milliseconds patience, EventLoop& loop, const Tell& tell) {
    ContainerRuntime runtime(how.socket, loop);
    try {
        await_readiness(runtime, patience);
        remove_leftovers(runtime, tell);
        require_image(runtime, how, tell);
        return start(runtime, how, pod_cidr, tell);
    } catch (const CallError& error) {
        throw no_pod_starts(readable_cause(error.message())).try_this(how.hint);
    } catch (Error& error) {
        error.try_this(how.hint);
        throw;
    }
}

std::string runtime_complaint(const SandboxStart& how, EventLoop& loop) {
    ContainerRuntime runtime(how.socket, loop);
    return complaint_of(runtime);
}

bool lies_in(const std::string& addresses, const std::string& networks) {
    const auto held = parse_networks(addresses);
    return std::ranges::all_of(parse_networks(networks), [&](const Network& network) {
        return std::ranges::any_of(
            held, [&](const Network& address) { return is_inside(address, network); });
    });
}

std::string readable_cause(std::string message) {
    constexpr std::size_t id_length = 64;
    for (const std::string_view prefix :
         {"rpc error: code = Unknown desc = ", "failed to create containerd task: ",
          "failed to create shim task: "}) {
        message = replace_all(message, prefix, "");
    }
    std::size_t run = 0;
    for (std::size_t i = 0; i < message.size(); ++i) {
        run = std::string_view("0123456789abcdef").find(message[i]) != std::string_view::npos
                  ? run + 1
                  : 0;
        if (run == id_length) {
            message.replace(i + 1 - id_length, id_length, "…");
            i = i + 1 - id_length;
            run = 0;
        }
    }
    return std::string(trim(message));
}

} // namespace k8s_node::cri
