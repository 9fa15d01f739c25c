#include "cluster/curl_transport.hpp"

#include <algorithm>

#include "cluster/api_error.hpp"
#include "cluster/curl_exchange.hpp"
#include "support/interrupt.hpp"

namespace k8s_node::cluster {

using std::chrono::milliseconds;

CurlTransport::CurlTransport(Kubeconfig credentials, std::stop_token stop, AtSignal at_signal)
    : credentials_(std::move(credentials)), stop_(std::move(stop)), at_signal_(at_signal),
      curl_(make_curl_handle()) {}

HttpReply CurlTransport::perform(const HttpRequest& request, milliseconds time, const Sink* sink) {
    CurlExchange exchange(curl_.get(), credentials_, request, time, sink);
    const auto code = performer_.perform(curl_.get(), stop_, at_signal_);
    if (at_signal_ == AtSignal::end) {
        throw_if_interrupted();
    }
    if (code == CURLE_ABORTED_BY_CALLBACK && interrupt_signal() != 0) {
        throw ConnectionError("the API server at " + credentials_.server +
                              " did not answer in the time that a signal leaves");
    }
    return exchange.finish(code);
}

HttpReply CurlTransport::send(const HttpRequest& request) {
    return perform(request, request_time, nullptr);
}

HttpReply CurlTransport::stream(const HttpRequest& request, Clock::time_point deadline,
                                const Sink& sink) {
    return perform(
        request,
        std::max(milliseconds{1}, std::chrono::ceil<milliseconds>(deadline - Clock::now())), &sink);
}

} // namespace k8s_node::cluster
