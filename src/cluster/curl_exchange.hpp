// One request to the API server on a libcurl handle, whoever performs it.
#pragma once

#include <array>
#include <chrono>
#include <exception>
#include <string>

#include "cluster/transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "support/curl.hpp"

namespace k8s_node::cluster {

/// The longest time for a request that is not a stream.
inline constexpr std::chrono::milliseconds request_time{60'000};

/// How a server proves that it is the one that was meant.
enum class ServerProof {
    certificate, ///< an authority of the kubeconfig has signed it
    answer,      ///< by what it answers: it must not be sent credentials
};

/// Sets up a handle for a request and takes what comes. libcurl keeps pointers into it, the
/// credentials, the request and the sink: all of them must outlive the transfer. Keys are passed in
/// memory, never in a file or argument.
class CurlExchange {
public:
    /// `sink` is null to collect the body; else it gets that of a 200 (Transport::stream()), and
    /// must not call libcurl.
    CurlExchange(CURL* curl, Kubeconfig& credentials, const HttpRequest& request,
                 std::chrono::milliseconds time, const Transport::Sink* sink,
                 ServerProof proof = ServerProof::certificate);
    CurlExchange(const CurlExchange&) = delete;
    CurlExchange& operator=(const CurlExchange&) = delete;
    CurlExchange(CurlExchange&&) = delete;
    CurlExchange& operator=(CurlExchange&&) = delete;
    /// Resets the handle, which must not be in use by then.
    ~CurlExchange();

    /// Returns the reply after the transfer has ended with `code`. Throws what the sink threw,
    /// ConnectionError if there is no response, Error if waiting would not help.
    [[nodiscard]] HttpReply finish(CURLcode code);

private:
    static std::size_t on_data(const char* data, std::size_t one, std::size_t count, void* self);

    /// Returns false to end the transfer.
    bool receive(std::string_view chunk);
    void set_server(const HttpRequest& request);
    void set_proofs(ServerProof proof);
    void set_times(std::chrono::milliseconds time);
    void set_contents(const HttpRequest& request);

    CURL* curl_;
    Kubeconfig& credentials_;
    const Transport::Sink* sink_;
    HttpReply reply_;
    CurlList headers_;
    CurlList connect_to_;
    std::array<char, CURL_ERROR_SIZE> complaint_{};
    std::exception_ptr thrown_;
    bool stopped_ = false;
};

} // namespace k8s_node::cluster
