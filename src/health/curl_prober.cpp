#include "health/curl_prober.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "health/explain.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

/// More than any health response; the rest of a longer one is read and dropped.
constexpr std::size_t kept_body = 65536;

std::size_t keep_body(const char* data, std::size_t size, std::size_t count, void* body) {
    auto& kept = *static_cast<std::string*>(body);
    const std::size_t length = size * count;
    try {
        kept.append(data, std::min(length, kept_body - kept.size()));
    } catch (...) {
        return 0; // libcurl ends the transfer with CURLE_WRITE_ERROR
    }
    return length;
}

} // namespace

void CurlProber::open() {
    handle_ = make_curl_handle();
    CURL* curl = handle_.get();
    set_option(curl, CURLOPT_ERRORBUFFER, message_.data());
    set_option(curl, CURLOPT_WRITEFUNCTION, &keep_body);
    set_option(curl, CURLOPT_WRITEDATA, &body_);
    set_option(curl, CURLOPT_NOSIGNAL, 1L);
    set_option(curl, CURLOPT_USERAGENT, "k8s-node-install");
    set_option(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    // The endpoint itself is probed, whatever http_proxy says.
    set_option(curl, CURLOPT_PROXY, "");
    // A name look-up that outlasts the timeout is abandoned, not awaited.
    set_option(curl, CURLOPT_QUICK_EXIT, 1L);
    set_target();
    set_tls();
    curl_.emplace(loop());
}

void CurlProber::set_target() {
    Probe target = probe_;
    if (!probe_.server_name.empty()) {
        // curl verifies the name in the URL, so the URL gets the certificate's name and the
        // connection is redirected to the probe's host.
        const bool brackets = probe_.host.find(':') != std::string::npos;
        const auto place =
            fmt::format(fmt::runtime(brackets ? "::[{}]:{}" : "::{}:{}"), probe_.host, probe_.port);
        append_line(connect_to_, place);
        set_option(handle_.get(), CURLOPT_CONNECT_TO, connect_to_.get());
        target.host = probe_.server_name;
    }
    if (probe_.kind == ProbeKind::tcp) {
        target.kind = ProbeKind::http;
        set_option(handle_.get(), CURLOPT_CONNECT_ONLY, 1L);
    }
    set_option(handle_.get(), CURLOPT_URL, target.url().c_str());
}

void CurlProber::set_tls() {
    CURL* curl = handle_.get();
    if (!probe_.ca_file.empty()) {
        set_option(curl, CURLOPT_CAINFO, probe_.ca_file.c_str());
        set_option(curl, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
        // The file may be replaced while somebody waits for the endpoint.
        set_option(curl, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    }
    if (!probe_.client_certificate_file.empty()) {
        const auto& key = probe_.client_key_file.empty() ? probe_.client_certificate_file
                                                         : probe_.client_key_file;
        set_option(curl, CURLOPT_SSLCERT, probe_.client_certificate_file.c_str());
        set_option(curl, CURLOPT_SSLKEY, key.c_str());
    }
}

void CurlProber::ask(std::chrono::milliseconds timeout) {
    if (!curl_) {
        open();
    }
    body_.clear();
    message_[0] = '\0';
    set_option(handle_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    curl_->add(handle_.get(), [this, timeout](CURLcode code) { reply(judge(code, timeout)); });
}

void CurlProber::abandon() {
    if (curl_) {
        curl_->remove(handle_.get());
    }
}

Attempt CurlProber::judge(CURLcode code, std::chrono::milliseconds timeout) const {
    if (code != CURLE_OK) {
        return {false, explain(code, timeout)};
    }
    if (probe_.kind == ProbeKind::tcp) {
        return {true, {}};
    }
    long status = 0;
    libcurl().easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return judge_answer(probe_, status, body_);
}

std::string CurlProber::explain(CURLcode code, std::chrono::milliseconds timeout) const {
    long error_number = 0;
    libcurl().easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &error_number);
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return fmt::format("the name {} does not resolve to an address", probe_.host);
    case CURLE_OPERATION_TIMEDOUT:
        return fmt::format("no response within {:.1f} s",
                           std::chrono::duration<double>(timeout).count());
    case CURLE_GOT_NOTHING:
        return "the connection was closed without a response";
    case CURLE_PEER_FAILED_VERIFICATION:
        return explain_certificate();
    case CURLE_SSL_CACERT_BADFILE:
        return "the CA file " + explain_certificates_file(probe_.ca_file);
    case CURLE_SSL_CERTPROBLEM:
        return fmt::format("the client certificate {} with its key cannot be used: {}",
                           probe_.client_certificate_file, without_openssl_prefix(message_.data()));
    case CURLE_COULDNT_CONNECT:
        if (error_number != 0) {
            return explain_errno(static_cast<int>(error_number));
        }
        [[fallthrough]];
    default:
        return std::string(message_[0] != '\0' ? without_openssl_prefix(message_.data())
                                               : libcurl().easy_strerror(code));
    }
}

std::string CurlProber::explain_certificate() const {
    std::string_view why = message_.data();
    for (const std::string_view prefix : {"SSL certificate problem: ", "SSL: "}) {
        if (why.starts_with(prefix)) {
            why.remove_prefix(prefix.size());
        }
    }
    return fmt::format("the server's certificate is not accepted: {} (trusted: {})", why,
                       probe_.ca_file.empty() ? "the system's CAs" : probe_.ca_file);
}

} // namespace k8s_node
