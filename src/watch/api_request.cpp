#include "watch/api_request.hpp"

#include <utility>

namespace k8s_node::watch {

ApiRequest::ApiRequest(ApiConnection& connection, cluster::HttpRequest request,
                       std::chrono::milliseconds time, Observer observer,
                       cluster::Transport::Sink sink)
    : connection_(connection), request_(std::move(request)), sink_(std::move(sink)),
      observer_(std::move(observer)), handle_(make_curl_handle()),
      exchange_(handle_.get(), connection.credentials, request_, time, sink_ ? &sink_ : nullptr) {
    connection_.curl.add(handle_.get(), [this](CURLcode code) { done(code); });
}

ApiRequest::~ApiRequest() {
    connection_.curl.remove(handle_.get());
}

void ApiRequest::done(CURLcode code) {
    const auto observer = std::move(observer_); // it may destroy this
    cluster::HttpReply reply;
    try {
        reply = exchange_.finish(code);
    } catch (...) {
        observer.failed(std::current_exception());
        return;
    }
    observer.answered(reply);
}

} // namespace k8s_node::watch
