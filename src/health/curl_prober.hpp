// https, http and tcp probes by libcurl, over one persistent connection.
#pragma once

#include <array>
#include <string>

#include "health/prober.hpp"
#include "support/curl.hpp"

namespace k8s_node {

/// tcp uses libcurl too, because its timeout also covers the name look-up.
class CurlProber final : public Prober {
public:
    explicit CurlProber(const Probe& probe) : probe_(probe) {}
    [[nodiscard]] Attempt attempt(std::chrono::milliseconds timeout) override;

private:
    void open();
    void set_target();
    void set_tls();
    [[nodiscard]] std::string explain(CURLcode code, std::chrono::milliseconds timeout) const;
    [[nodiscard]] std::string explain_certificate() const;

    Probe probe_;
    CurlList connect_to_;
    std::string body_;
    std::array<char, CURL_ERROR_SIZE> message_{};
    CurlPerformer performer_; ///< holds the connection
    CurlHandle handle_;
};

} // namespace k8s_node
