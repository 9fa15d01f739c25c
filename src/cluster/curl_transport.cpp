#include "cluster/curl_transport.hpp"

#include <algorithm>
#include <utility>

#include "cluster/api_error.hpp"
#include "support/interrupt.hpp"

namespace k8s_node::cluster {

using std::chrono::milliseconds;

CurlTransport::CurlTransport(Kubeconfig credentials, EventLoop& loop, AtSignal at_signal,
                             ServerProof proof)
    : credentials_(std::move(credentials)), loop_(loop), at_signal_(at_signal), proof_(proof),
      performer_(loop), curl_(make_curl_handle()) {
    if (proof_ == ServerProof::answer) { // whoever answers must not get them
        credentials_.client_certificate.clear();
        credentials_.client_key.clear();
        credentials_.token.clear();
    }
}

/// The sink gets what has arrived outside of libcurl's callbacks, since it may wait.
HttpReply CurlTransport::perform(const HttpRequest& request, milliseconds time, const Sink* sink) {
    std::string news;
    const Sink keep = [&](std::string_view chunk) {
        news.append(chunk);
        return Flow::go_on;
    };
    CurlExchange exchange(curl_.get(), credentials_, request, time,
                          sink == nullptr ? nullptr : &keep, proof_);
    return exchange.finish(run(news, sink));
}

CURLcode CurlTransport::run(std::string& news, const Sink* sink) {
    const CurlPerformer::Running transfer(performer_, curl_.get());
    bool is_stopped = false;
    try {
        do {
            loop_.run_until([&] { return transfer.result() || !news.empty(); },
                            Clock::time_point::max(), at_signal_);
            is_stopped = !news.empty() && (*sink)(std::exchange(news, {})) == Flow::stop;
        } while (!transfer.result() && !is_stopped);
    } catch (const Interrupted&) {
        if (at_signal_ == AtSignal::end) {
            throw;
        }
        throw ConnectionError("the API server at " + credentials_.server +
                              " did not answer in the time that a signal leaves");
    }
    return is_stopped ? CURLE_OK : *transfer.result();
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
