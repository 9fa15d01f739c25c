// Requests to the API server that an event loop waits for.
#pragma once

#include <chrono>
#include <exception>
#include <functional>

#include "cluster/curl_exchange.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "loop/curl_on_loop.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node::watch {

/// Requests of one user over shared connections.
struct ApiConnection {
    /// The loop must outlive it.
    ApiConnection(EventLoop& on, Kubeconfig user)
        : loop(on), credentials(std::move(user)), curl(on) {}

    EventLoop& loop;
    Kubeconfig credentials;
    CurlOnLoop curl;
};

/// One request. Destroying it cancels it; not from within the sink.
class ApiRequest {
public:
    /// Is called once, by the loop, unless the request is destroyed before, which it may do itself:
    /// with a reply of any status, or with the Error if there is none.
    struct Observer {
        std::function<void(const cluster::HttpReply&)> answered;
        std::function<void(std::exception_ptr)> failed;
    };

    /// Begins it. `connection` must outlive it. With a `sink` the body of a 200 goes there as it
    /// arrives (Transport::stream()).
    ApiRequest(ApiConnection& connection, cluster::HttpRequest request,
               std::chrono::milliseconds time, Observer observer,
               cluster::Transport::Sink sink = {});
    ApiRequest(const ApiRequest&) = delete;
    ApiRequest& operator=(const ApiRequest&) = delete;
    ApiRequest(ApiRequest&&) = delete;
    ApiRequest& operator=(ApiRequest&&) = delete;
    ~ApiRequest();

private:
    void done(CURLcode code);

    ApiConnection& connection_;
    cluster::HttpRequest request_;
    cluster::Transport::Sink sink_;
    Observer observer_;
    CurlHandle handle_;
    cluster::CurlExchange exchange_; ///< goes before what it points to
};

} // namespace k8s_node::watch
