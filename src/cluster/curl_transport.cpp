#include "cluster/curl_transport.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

#include <openssl/x509_vfy.h>

#include "cluster/api_error.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"
#include "support/interrupt.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds connect_time{10'000};
constexpr milliseconds request_time{60'000};
/// A list of every object of a kind is smaller; more does not come from an API server.
constexpr std::size_t largest_body = std::size_t{64} << 20;

void set_blob(CURL* curl, CURLoption option, std::string& bytes) {
    curl_blob blob{bytes.data(), bytes.size(), CURL_BLOB_NOCOPY};
    set_option(curl, option, &blob);
}

/// Returns libcurl's message, with the system's if it is missing there.
std::string explain(CURL* curl, CURLcode code, std::string_view complaint) {
    std::string said(complaint.empty() ? libcurl().easy_strerror(code) : complaint);
    long error_number = 0;
    libcurl().easy_getinfo(curl, CURLINFO_OS_ERRNO, &error_number);
    if (code == CURLE_COULDNT_CONNECT && error_number != 0) {
        said += std::string(": ") + std::strerror(static_cast<int>(error_number));
    }
    return said;
}

CertificateTrouble trouble_with_certificate(CURL* curl) {
    long result = 0;
    libcurl().easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &result);
    return result == X509_V_ERR_CERT_NOT_YET_VALID ? CertificateTrouble::not_yet_valid
           : result == X509_V_ERR_CERT_HAS_EXPIRED ? CertificateTrouble::expired
                                                   : CertificateTrouble::untrusted;
}

/// Throws a plain Error if waiting would not help, else a ConnectionError.
[[noreturn]] void throw_failure(CURL* curl, CURLcode code, const std::string& server,
                                const std::string& said) {
    const auto message = "cannot talk to the API server at " + server + ": " + said;
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION: {
        CertificateError error(message, trouble_with_certificate(curl));
        error.try_this("the certificate of the API server is not signed by the CA in the "
                       "kubeconfig, does not name this address, or is not valid at this machine's "
                       "time");
        throw error;
    }
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        throw Error(message).try_this(
            "a certificate or key in the kubeconfig is damaged; recreate the kubeconfig");
    default: {
        ConnectionError error(message);
        error.try_this("check whether it runs and what it logs: journalctl -u kube-apiserver");
        throw error;
    }
    }
}

} // namespace

/// A request in progress, for libcurl's callbacks.
struct CurlTransport::Exchange {
    CURL* curl = nullptr;
    const Sink* sink = nullptr; ///< null to collect the body
    milliseconds time{request_time};
    HttpReply reply;
    CurlList headers;
    CurlList connect_to;
    std::array<char, CURL_ERROR_SIZE> complaint{};
    std::exception_ptr thrown;
    bool stopped = false;

    /// Returns false to end the transfer.
    bool receive(std::string_view chunk) {
        long status = 0;
        libcurl().easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (sink != nullptr && status == 200) {
            stopped = (*sink)(chunk) == Flow::stop;
            return !stopped;
        }
        if (reply.body.size() + chunk.size() > largest_body) {
            throw ConnectionError("the API server sent more than " +
                                  std::to_string(largest_body >> 20) + " MiB in one response");
        }
        reply.body.append(chunk);
        return true;
    }

    static std::size_t on_data(const char* data, std::size_t one, std::size_t count, void* self) {
        auto& exchange = *static_cast<Exchange*>(self);
        try {
            return exchange.receive({data, one * count}) ? one * count : 0;
        } catch (...) { // exceptions must not pass through C
            exchange.thrown = std::current_exception();
            return 0;
        }
    }
};

CurlTransport::CurlTransport(Kubeconfig credentials, std::stop_token stop, AtSignal at_signal,
                             ServerProof proof)
    : credentials_(std::move(credentials)), stop_(std::move(stop)), at_signal_(at_signal),
      proof_(proof), curl_(make_curl_handle()) {
    if (proof_ == ServerProof::answer) { // whoever answers must not get them
        credentials_.client_certificate.clear();
        credentials_.client_key.clear();
        credentials_.token.clear();
    }
}

/// The name in the URL is the one that libcurl checks the server's certificate for.
void CurlTransport::set_server(const HttpRequest& request, Exchange& exchange) {
    auto server = credentials_.server;
    if (!credentials_.tls_server_name.empty()) {
        const auto authority = authority_of_url(server);
        const auto port = port_of_url(server);
        server.replace(server.find(authority), authority.size(),
                       credentials_.tls_server_name + port);
        append_line(exchange.connect_to, "::" + authority + (port.empty() ? ":" : ""));
        append_line(exchange.headers, "Host: " + authority);
        set_option(curl_.get(), CURLOPT_CONNECT_TO, exchange.connect_to.get());
    }
    set_option(curl_.get(), CURLOPT_URL, (server + request.path).c_str());
}

/// Sets how each side proves itself to the other.
void CurlTransport::set_proofs() {
    auto* curl = curl_.get();
    if (proof_ == ServerProof::certificate) {
        set_blob(curl, CURLOPT_CAINFO_BLOB, credentials_.certificate_authority);
        set_option(curl, CURLOPT_CAPATH,
                   static_cast<const char*>(nullptr)); // no public CA is trusted
    } else {
        set_option(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        set_option(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!credentials_.client_certificate.empty()) {
        set_blob(curl, CURLOPT_SSLCERT_BLOB, credentials_.client_certificate);
        set_blob(curl, CURLOPT_SSLKEY_BLOB, credentials_.client_key);
    }
}

void CurlTransport::prepare(const HttpRequest& request, Exchange& exchange) {
    auto* curl = curl_.get();
    libcurl().easy_reset(curl);
    set_server(request, exchange);
    set_option(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    set_option(curl, CURLOPT_PROTOCOLS_STR, "https");
    set_option(curl, CURLOPT_NOPROXY, "*"); // cluster traffic does not use a web proxy
    set_option(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set_option(curl, CURLOPT_NOSIGNAL, 1L);
    set_option(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    set_proofs();
    // Detects a dead peer while a watch is idle.
    set_option(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    set_option(curl, CURLOPT_TCP_KEEPIDLE, 10L);
    set_option(curl, CURLOPT_TCP_KEEPINTVL, 5L);
    set_option(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_time.count()));
    set_option(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(exchange.time.count()));

    append_line(exchange.headers, "Accept: application/json");
    append_line(exchange.headers, "Expect:");
    if (!credentials_.token.empty()) {
        append_line(exchange.headers, "Authorization: Bearer " + credentials_.token);
    }
    if (!request.body.empty()) {
        append_line(exchange.headers, "Content-Type: " + request.content_type);
        set_option(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set_option(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    set_option(curl, CURLOPT_HTTPHEADER, exchange.headers.get());
    exchange.curl = curl;
    set_option(curl, CURLOPT_ERRORBUFFER, exchange.complaint.data());
    set_option(curl, CURLOPT_WRITEFUNCTION, &Exchange::on_data);
    set_option(curl, CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
}

void CurlTransport::perform(const HttpRequest& request, Exchange& exchange) {
    prepare(request, exchange);
    // libcurl must not keep pointers into a finished exchange.
    const ScopeExit forget([this] { libcurl().easy_reset(curl_.get()); });
    const auto code = performer_.perform(curl_.get(), stop_, at_signal_);
    if (at_signal_ == AtSignal::end) {
        throw_if_interrupted();
    }
    libcurl().easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &exchange.reply.status);
    if (exchange.thrown) {
        std::rethrow_exception(exchange.thrown);
    }
    const bool ended_by_deadline = exchange.sink != nullptr && code == CURLE_OPERATION_TIMEDOUT &&
                                   exchange.reply.status == 200;
    if (code == CURLE_ABORTED_BY_CALLBACK && interrupt_signal() != 0) {
        throw ConnectionError("the API server at " + credentials_.server +
                              " did not answer in the time that a signal leaves");
    }
    if (code != CURLE_OK && !exchange.stopped && !ended_by_deadline) {
        throw_failure(curl_.get(), code, credentials_.server,
                      explain(curl_.get(), code, exchange.complaint.data()));
    }
}

HttpReply CurlTransport::send(const HttpRequest& request) {
    Exchange exchange;
    perform(request, exchange);
    return std::move(exchange.reply);
}

HttpReply CurlTransport::stream(const HttpRequest& request, Clock::time_point deadline,
                                const Sink& sink) {
    Exchange exchange;
    exchange.sink = &sink;
    exchange.time =
        std::max(milliseconds{1}, std::chrono::ceil<milliseconds>(deadline - Clock::now()));
    perform(request, exchange);
    return std::move(exchange.reply);
}

} // namespace k8s_node::cluster
