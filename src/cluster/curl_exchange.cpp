#include "cluster/curl_exchange.hpp"

#include <cstring>

#include <openssl/x509_vfy.h>

#include "cluster/api_error.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds connect_time{10'000};
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
[[noreturn]] void throw_failure(CURL* curl, CURLcode code, const Kubeconfig& to,
                                const std::string& said) {
    const auto message = "cannot talk to " + to.server_title + " at " + to.server + ": " + said;
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION: {
        CertificateError error(message, trouble_with_certificate(curl));
        error.try_this("the certificate of " + to.server_title +
                       " is not signed by the expected CA, does not name this address, or is not "
                       "valid at this machine's time");
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

CurlExchange::CurlExchange(CURL* curl, Kubeconfig& credentials, const HttpRequest& request,
                           milliseconds time, const Transport::Sink* sink, ServerProof proof)
    : curl_(curl), credentials_(credentials), sink_(sink) {
    libcurl().easy_reset(curl);
    set_server(request);
    set_proofs(proof);
    set_times(time);
    set_contents(request);
    set_option(curl, CURLOPT_ERRORBUFFER, complaint_.data());
    set_option(curl, CURLOPT_WRITEFUNCTION, &CurlExchange::on_data);
    set_option(curl, CURLOPT_WRITEDATA, static_cast<void*>(this));
}

CurlExchange::~CurlExchange() {
    libcurl().easy_reset(curl_);
}

/// The name in the URL is the one that libcurl checks the server's certificate for.
void CurlExchange::set_server(const HttpRequest& request) {
    auto server = credentials_.server;
    if (!credentials_.tls_server_name.empty()) {
        const auto authority = authority_of_url(server);
        const auto port = port_of_url(server);
        server.replace(server.find(authority), authority.size(),
                       credentials_.tls_server_name + port);
        append_line(connect_to_, "::" + authority + (port.empty() ? ":" : ""));
        append_line(headers_, "Host: " + authority);
        set_option(curl_, CURLOPT_CONNECT_TO, connect_to_.get());
    }
    set_option(curl_, CURLOPT_URL, (server + request.path).c_str());
    set_option(curl_, CURLOPT_PROTOCOLS_STR, "https");
    set_option(curl_, CURLOPT_NOPROXY, "*"); // cluster traffic does not use a web proxy
    set_option(curl_, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set_option(curl_, CURLOPT_NOSIGNAL, 1L);
}

/// Sets how each side proves itself to the other.
void CurlExchange::set_proofs(ServerProof proof) {
    set_option(curl_, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (proof == ServerProof::certificate) {
        set_blob(curl_, CURLOPT_CAINFO_BLOB, credentials_.certificate_authority);
        set_option(curl_, CURLOPT_CAPATH,
                   static_cast<const char*>(nullptr)); // no public CA is trusted
    } else {
        set_option(curl_, CURLOPT_SSL_VERIFYPEER, 0L);
        set_option(curl_, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!credentials_.client_certificate.empty()) {
        set_blob(curl_, CURLOPT_SSLCERT_BLOB, credentials_.client_certificate);
        set_blob(curl_, CURLOPT_SSLKEY_BLOB, credentials_.client_key);
    }
    if (!credentials_.token.empty()) {
        append_line(headers_, "Authorization: Bearer " + credentials_.token);
    }
}

void CurlExchange::set_times(milliseconds time) {
    // Detects a dead peer while a watch is idle.
    set_option(curl_, CURLOPT_TCP_KEEPALIVE, 1L);
    set_option(curl_, CURLOPT_TCP_KEEPIDLE, 10L);
    set_option(curl_, CURLOPT_TCP_KEEPINTVL, 5L);
    set_option(curl_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_time.count()));
    set_option(curl_, CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
}

void CurlExchange::set_contents(const HttpRequest& request) {
    set_option(curl_, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    append_line(headers_, "Accept: application/json");
    append_line(headers_, "Expect:");
    if (!request.body.empty()) {
        append_line(headers_, "Content-Type: " + request.content_type);
        set_option(curl_, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request.body.size()));
        set_option(curl_, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    set_option(curl_, CURLOPT_HTTPHEADER, headers_.get());
}

bool CurlExchange::receive(std::string_view chunk) {
    long status = 0;
    libcurl().easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    if (sink_ != nullptr && status == 200) {
        stopped_ = (*sink_)(chunk) == Flow::stop;
        return !stopped_;
    }
    if (reply_.body.size() + chunk.size() > largest_body) {
        throw ConnectionError("the API server sent more than " +
                              std::to_string(largest_body >> 20) + " MiB in one response");
    }
    reply_.body.append(chunk);
    return true;
}

std::size_t CurlExchange::on_data(const char* data, std::size_t one, std::size_t count,
                                  void* self) {
    auto& exchange = *static_cast<CurlExchange*>(self);
    try {
        return exchange.receive({data, one * count}) ? one * count : 0;
    } catch (...) { // exceptions must not pass through C
        exchange.thrown_ = std::current_exception();
        return 0;
    }
}

HttpReply CurlExchange::finish(CURLcode code) {
    libcurl().easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &reply_.status);
    curl_off_t retry_after = 0;
    libcurl().easy_getinfo(curl_, CURLINFO_RETRY_AFTER, &retry_after);
    reply_.retry_after = std::chrono::seconds(retry_after);
    if (thrown_) {
        std::rethrow_exception(thrown_);
    }
    const bool ended_by_deadline =
        sink_ != nullptr && code == CURLE_OPERATION_TIMEDOUT && reply_.status == 200;
    if (code != CURLE_OK && !stopped_ && !ended_by_deadline) {
        throw_failure(curl_, code, credentials_, explain(curl_, code, complaint_.data()));
    }
    return std::move(reply_);
}

} // namespace k8s_node::cluster
