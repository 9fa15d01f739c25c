#include "aides/await_network.hpp"

#include <algorithm>

#include "cluster/api_client.hpp"
#include "cluster/curl_transport.hpp"
#include "health/wait.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "loop/event_loop.hpp"
#include "support/interrupt.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

/// Returns why the Node has no part of the pod network yet; empty if it has.
std::string missing_network(const std::string& node, const std::string& kubeconfig,
                            EventLoop& loop) {
    try {
        cluster::CurlTransport transport(read_kubeconfig(kubeconfig, Root()), loop);
        const auto object = cluster::ApiClient(transport).get(cluster::node_path(node));
        if (!object) {
            return "there is no such Node yet";
        }
        return object->value("/spec/podCIDR"_json_pointer, std::string()).empty()
                   ? "the controller manager has given it none yet"
                   : "";
    } catch (const Error& error) {
        return error.message();
    }
}

} // namespace

void await_network(const std::string& node, const std::string& kubeconfig,
                   std::chrono::milliseconds deadline,
                   const std::function<void(const std::string&)>& tell) {
    using std::chrono::milliseconds;
    EventLoop loop(interrupt_token());
    const auto begun = EventLoop::Clock::now();
    std::string told;
    for (milliseconds pause{0};; loop.pause_until(EventLoop::Clock::now() + pause)) {
        const auto reason = missing_network(node, kubeconfig, loop);
        if (reason.empty()) {
            return;
        }
        const auto elapsed =
            std::chrono::duration_cast<milliseconds>(EventLoop::Clock::now() - begun);
        if (elapsed >= deadline) {
            throw Error("the pod network of node " + node + " is not there after " +
                            human_duration(elapsed) + ": " + reason,
                        ExitStatus::not_ready);
        }
        if (reason != told) {
            tell(reason);
            told = reason;
        }
        pause = std::min(next_pause(pause, elapsed), deadline - elapsed);
    }
}

} // namespace k8s_node
