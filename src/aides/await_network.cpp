#include "aides/await_network.hpp"

#include <optional>

#include "cluster/api_client.hpp"
#include "cluster/curl_transport.hpp"
#include "health/wait.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "loop/interruptible.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

/// Asks the API server for the Node. The question blocks the loop, on which nothing else waits.
class NetworkProber final : public AsyncProber {
public:
    NetworkProber(EventLoop& loop, const std::string& node, const std::string& kubeconfig)
        : AsyncProber(loop), node_(node), kubeconfig_(kubeconfig) {}

protected:
    void ask(std::chrono::milliseconds /*timeout*/) override { reply(attempt()); }

private:
    [[nodiscard]] Attempt attempt() const {
        try {
            cluster::CurlTransport transport(read_kubeconfig(kubeconfig_, Root()));
            const auto node = cluster::ApiClient(transport).get(cluster::node_path(node_));
            if (!node) {
                return {false, "there is no such Node yet"};
            }
            const auto network = node->value("/spec/podCIDR"_json_pointer, std::string());
            return {!network.empty(),
                    network.empty() ? "the controller manager has given it none yet" : ""};
        } catch (const Error& error) {
            return {false, error.message()};
        }
    }

    const std::string& node_;
    const std::string& kubeconfig_;
};

} // namespace

void await_network(const std::string& node, const std::string& kubeconfig,
                   std::chrono::milliseconds deadline,
                   const std::function<void(const std::string&)>& tell) {
    EventLoop loop;
    NetworkProber prober(loop, node, kubeconfig);
    std::optional<WaitStatus> ended;
    const ReadinessWait wait(
        loop, prober, deadline, [&](const WaitStatus& status) { tell(status.reason); },
        [&](const WaitStatus& status) { ended = status; });
    run_interruptible(loop, [&] { return ended.has_value(); });
    if (!ended->reason.empty()) {
        throw Error("the pod network of node " + node + " is not there after " +
                        human_duration(ended->elapsed) + ": " + ended->reason,
                    ExitStatus::not_ready);
    }
}

} // namespace k8s_node
