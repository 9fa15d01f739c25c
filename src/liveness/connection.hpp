// A connection of a question: to a TCP address or a unix socket, with TLS or without.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "loop/event_loop.hpp"
#include "model/probe.hpp"
#include "support/handle.hpp"

namespace k8s_node::liveness {

struct FreeSsl {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* connection) const noexcept { SSL_free(connection); }
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
};

/// TLS without verification of the server, and its last session: to resume one costs a fraction of
/// the first handshake.
class Tls {
public:
    /// Throws Error if OpenSSL cannot be used.
    Tls();

    [[nodiscard]] std::unique_ptr<SSL, FreeSsl> connect(int fd) const;
    void keep_session(SSL* connection);

private:
    std::unique_ptr<SSL_CTX, FreeSsl> context_;
    std::unique_ptr<SSL_SESSION, FreeSsl> session_;
};

/// Sends `request` and collects what comes back, until it is destroyed. Blocks never.
class Connection {
public:
    /// What came so far, whether it is all, and why not more; empty for the server's regular end.
    using Heard = std::function<void(std::string_view received, bool ended, const std::string&)>;

    /// `tls`: nullptr without. `heard`, which may destroy this, is called by the loop.
    Connection(EventLoop& loop, const Probe& to, std::string request, Tls* tls, Heard heard);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    Connection(Connection&&) = delete;
    Connection& operator=(Connection&&) = delete;
    ~Connection() = default;

private:
    enum class Stage { connect, handshake, send, receive };

    void open(const Probe& to);
    void wait_for(std::uint32_t events);
    void go_on();
    void shake_hands();
    void send();
    void receive();
    void wait_for_tls(int result);
    void end(const std::string& why);
    void fail(int error_number);

    EventLoop& loop_;
    Stage stage_ = Stage::connect;
    std::string request_;
    std::size_t sent_ = 0;
    std::string received_;
    Heard heard_;
    Tls* tls_;
    UniqueFd fd_;
    std::unique_ptr<SSL, FreeSsl> ssl_;
    std::uint32_t events_ = 0;
    EventSource io_;
};

} // namespace k8s_node::liveness
