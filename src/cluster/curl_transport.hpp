// HTTPS to the API server by libcurl.
#pragma once

#include <stop_token>

#include "cluster/transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/curl.hpp"

namespace k8s_node::cluster {

class CurlTransport : public Transport {
public:
    /// Sends nothing yet. Once `stop` is requested, a request in progress is aborted at once, as if
    /// there were no response.
    explicit CurlTransport(Kubeconfig credentials, std::stop_token stop = {},
                           AtSignal at_signal = AtSignal::end);

    [[nodiscard]] HttpReply send(const HttpRequest& request) override;
    HttpReply stream(const HttpRequest& request, Clock::time_point deadline,
                     const Sink& sink) override;

private:
    HttpReply perform(const HttpRequest& request, std::chrono::milliseconds time, const Sink* sink);

    Kubeconfig credentials_;
    std::stop_token stop_;
    AtSignal at_signal_;
    CurlPerformer performer_; ///< kept, because it holds the connection
    CurlHandle curl_;
};

} // namespace k8s_node::cluster
