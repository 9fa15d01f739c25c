// HTTPS to the API server by libcurl. Keys are passed in memory, never in a file or argument.
#pragma once

#include "cluster/transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "loop/curl_on_loop.hpp"

namespace k8s_node::cluster {

class CurlTransport : public Transport {
public:
    /// Sends nothing yet. Waits in `loop`, which must outlive it. With AtSignal::use_the_grace a
    /// request that a signal leaves no time for is one without a response.
    CurlTransport(Kubeconfig credentials, EventLoop& loop, AtSignal at_signal = AtSignal::end);

    [[nodiscard]] HttpReply send(const HttpRequest& request) override;
    HttpReply stream(const HttpRequest& request, Clock::time_point deadline,
                     const Sink& sink) override;

private:
    struct Exchange;
    void set_server(const HttpRequest& request, Exchange& exchange);
    void prepare(const HttpRequest& request, Exchange& exchange);
    void perform(const HttpRequest& request, Exchange& exchange);
    CURLcode run(Exchange& exchange);

    Kubeconfig credentials_;
    EventLoop& loop_;
    AtSignal at_signal_;
    CurlPerformer performer_; ///< kept, because it holds the connection
    CurlHandle curl_;
};

} // namespace k8s_node::cluster
