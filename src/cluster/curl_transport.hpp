// HTTPS to the API server by libcurl. Keys are passed in memory, never in a file or argument.
#pragma once

#include <stop_token>

#include "cluster/transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/curl.hpp"

namespace k8s_node::cluster {

/// How a server proves that it is the one that was meant.
enum class ServerProof {
    certificate, ///< an authority of the kubeconfig has signed it
    answer,      ///< by what it answers: it is sent no credentials
};

class CurlTransport : public Transport {
public:
    /// Sends nothing yet. Once `stop` is requested, a request in progress is aborted at once, as if
    /// there were no response.
    explicit CurlTransport(Kubeconfig credentials, std::stop_token stop = {},
                           AtSignal at_signal = AtSignal::end,
                           ServerProof proof = ServerProof::certificate);

    [[nodiscard]] HttpReply send(const HttpRequest& request) override;
    HttpReply stream(const HttpRequest& request, Clock::time_point deadline,
                     const Sink& sink) override;

private:
    struct Exchange;
    void set_server(const HttpRequest& request, Exchange& exchange);
    void set_proofs();
    void prepare(const HttpRequest& request, Exchange& exchange);
    void perform(const HttpRequest& request, Exchange& exchange);

    Kubeconfig credentials_;
    std::stop_token stop_;
    AtSignal at_signal_;
    ServerProof proof_;
    CurlPerformer performer_; ///< kept, because it holds the connection
    CurlHandle curl_;
};

} // namespace k8s_node::cluster
