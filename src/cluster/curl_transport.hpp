// HTTPS to the API server by libcurl. Keys are passed in memory, never in a file or argument.
#pragma once

#include <stop_token>

#include "cluster/transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/curl.hpp"

namespace k8s_node::cluster {

/// The effect on a request of a signal that asks this run to end (support/interrupt.hpp):
/// requests that clean up must still be sent.
enum class Signals { end_requests, are_passed_over };

class CurlTransport : public Transport {
public:
    /// Sends nothing yet. Once `stop` is requested, a request in progress is aborted within about
    /// a second, as if there were no response.
    explicit CurlTransport(Kubeconfig credentials, std::stop_token stop = {},
                           Signals signals = Signals::end_requests);

    [[nodiscard]] HttpReply send(const HttpRequest& request) override;
    HttpReply stream(const HttpRequest& request, Clock::time_point deadline,
                     const Sink& sink) override;

private:
    struct Exchange;
    static int is_to_stop(void* self, curl_off_t to_receive, curl_off_t received,
                          curl_off_t to_send, curl_off_t sent);
    void set_server(const HttpRequest& request, Exchange& exchange);
    void prepare(const HttpRequest& request, Exchange& exchange);
    void perform(const HttpRequest& request, Exchange& exchange);

    Kubeconfig credentials_;
    std::stop_token stop_;
    Signals signals_;
    CurlHandle curl_; ///< kept, because it holds the connection
};

} // namespace k8s_node::cluster
