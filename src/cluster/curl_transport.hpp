// HTTPS to the API server by libcurl. Keys go to it in memory, never by file
// or argument.
#pragma once

#include <stop_token>

#include "cluster/kubeconfig.hpp"
#include "cluster/transport.hpp"
#include "support/curl.hpp"

namespace k8s_node::cluster {

class CurlTransport : public Transport {
public:
    /// Nothing is sent yet. Once `stop` is requested, what is under way is
    /// broken off within about a second, as if nobody answered.
    explicit CurlTransport(Kubeconfig credentials, std::stop_token stop = {});

    [[nodiscard]] HttpReply send(const HttpRequest& request) override;
    HttpReply stream(const HttpRequest& request, Clock::time_point deadline,
                     const Sink& sink) override;

private:
    struct Exchange;
    void prepare(const HttpRequest& request, Exchange& exchange);
    void perform(const HttpRequest& request, Exchange& exchange);

    Kubeconfig credentials_;
    std::stop_token stop_;
    CurlHandle curl_; ///< kept: it keeps the connection
};

} // namespace k8s_node::cluster
