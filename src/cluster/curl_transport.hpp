// HTTPS to the API server by libcurl.
#pragma once

#include "cluster/curl_exchange.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "loop/curl_on_loop.hpp"

namespace k8s_node::cluster {

class CurlTransport : public Transport {
public:
    /// Sends nothing yet. Waits in `loop`, which must outlive it. With AtSignal::use_the_grace a
    /// request that a signal leaves no time for is one without a response.
    CurlTransport(Kubeconfig credentials, EventLoop& loop, AtSignal at_signal = AtSignal::end,
                  ServerProof proof = ServerProof::certificate);

    [[nodiscard]] HttpReply send(const HttpRequest& request) override;
    HttpReply stream(const HttpRequest& request, Clock::time_point deadline,
                     const Sink& sink) override;

private:
    HttpReply perform(const HttpRequest& request, std::chrono::milliseconds time, const Sink* sink);
    CURLcode run(std::string& news, const Sink* sink);

    Kubeconfig credentials_;
    EventLoop& loop_;
    AtSignal at_signal_;
    ServerProof proof_;
    CurlPerformer performer_; ///< kept, because it holds the connection
    CurlHandle curl_;
};

} // namespace k8s_node::cluster
