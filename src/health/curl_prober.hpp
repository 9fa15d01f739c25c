// https, http and tcp probes by libcurl, over one persistent connection.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "health/async_prober.hpp"
#include "loop/curl_on_loop.hpp"
#include "support/curl.hpp"

namespace k8s_node {

/// tcp uses libcurl too, because its timeout also covers the name look-up.
class CurlProber final : public AsyncProber {
public:
    CurlProber(const Probe& probe, EventLoop& loop) : AsyncProber(loop), probe_(probe) {}
    CurlProber(const CurlProber&) = delete;
    CurlProber& operator=(const CurlProber&) = delete;
    CurlProber(CurlProber&&) = delete;
    CurlProber& operator=(CurlProber&&) = delete;
    ~CurlProber() override { abandon(); }

protected:
    void ask(std::chrono::milliseconds timeout) override;
    void abandon() final;

private:
    void open();
    void set_target();
    void set_tls();
    [[nodiscard]] Attempt judge(CURLcode code, std::chrono::milliseconds timeout) const;
    [[nodiscard]] std::string explain(CURLcode code, std::chrono::milliseconds timeout) const;
    [[nodiscard]] std::string explain_certificate() const;

    Probe probe_;
    CurlList connect_to_;
    std::string body_;
    std::array<char, CURL_ERROR_SIZE> message_{};
    CurlHandle handle_;
    std::optional<CurlOnLoop> curl_; ///< goes before the handle that it may still use
};

} // namespace k8s_node
