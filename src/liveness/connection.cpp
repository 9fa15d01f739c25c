#include "liveness/connection.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "health/explain.hpp"
#include "support/error.hpp"

namespace k8s_node::liveness {

namespace {

/// More than is ever judged of an answer.
constexpr std::size_t enough = 65536;

/// An address as the socket API takes it.
struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

template <typename Kind>
Kind& as(Address& address, sa_family_t family) {
    address.storage.ss_family = family;
    address.size = sizeof(Kind);
    // The socket API is designed to take any of them as sockaddr.
    return reinterpret_cast<Kind&>(address.storage);
}

Address address_of(const Probe& to) {
    Address address;
    if (to.kind == ProbeKind::unix_socket) {
        auto& local = as<sockaddr_un>(address, AF_UNIX);
        to.path.copy(static_cast<char*>(local.sun_path), sizeof local.sun_path - 1);
        return address;
    }
    auto& four = as<sockaddr_in>(address, AF_INET);
    if (::inet_pton(AF_INET, to.host.c_str(), &four.sin_addr) == 1) {
        four.sin_port = htons(to.port);
        return address;
    }
    auto& six = as<sockaddr_in6>(address, AF_INET6);
    ::inet_pton(AF_INET6, to.host.c_str(), &six.sin6_addr);
    six.sin6_port = htons(to.port);
    return address;
}

} // namespace

Tls::Tls() {
    // Its configuration and the texts of its errors are not needed, and cost memory.
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_SSL_STRINGS |
                         OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS,
                     nullptr);
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (!context_) {
        throw Error("OpenSSL cannot be used for TLS");
    }
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
}

std::unique_ptr<SSL, FreeSsl> Tls::connect(int fd) const {
    std::unique_ptr<SSL, FreeSsl> connection(SSL_new(context_.get()));
    if (!connection || SSL_set_fd(connection.get(), fd) != 1) {
        throw Error("OpenSSL cannot begin a TLS connection");
    }
    SSL_set_connect_state(connection.get());
    if (session_) {
        SSL_set_session(connection.get(), session_.get());
    }
    return connection;
}

void Tls::keep_session(SSL* connection) {
    session_.reset(SSL_get1_session(connection));
}

Connection::Connection(EventLoop& loop, const Probe& to, std::string request, Tls* tls, Heard heard)
    : loop_(loop), request_(std::move(request)), heard_(std::move(heard)), tls_(tls) {
    open(to);
}

void Connection::open(const Probe& to) {
    auto address = address_of(to);
    fd_.reset(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_) {
        throw system_error(errno, "create a socket");
    }
    const auto* const plain = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(fd_.get(), plain, address.size) < 0 && errno != EINPROGRESS) {
        // The caller does not expect to be called back yet.
        io_ = loop_.defer([this, error_number = errno] { fail(error_number); });
        return;
    }
    wait_for(EPOLLOUT);
}

void Connection::wait_for(std::uint32_t events) {
    if (events_ != events) {
        io_.reset();
        events_ = events;
        io_ = loop_.on_events(fd_.get(), events, [this](std::uint32_t) { go_on(); });
    }
}

void Connection::end(const std::string& why) {
    io_.reset();
    if (ssl_ && tls_ != nullptr && why.empty()) {
        tls_->keep_session(ssl_.get());
    }
    const auto heard = std::move(heard_);
    heard(received_, true, why); // it may destroy this
}

void Connection::fail(int error_number) {
    end(explain_errno(error_number));
}

void Connection::go_on() {
    if (stage_ == Stage::connect) {
        int error_number = 0;
        socklen_t size = sizeof error_number;
        if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error_number, &size) < 0 ||
            error_number != 0) {
            return fail(error_number);
        }
        stage_ = Stage::send;
        if (tls_ != nullptr) {
            ssl_ = tls_->connect(fd_.get());
            stage_ = Stage::handshake;
        }
    }
    switch (stage_) {
    case Stage::connect:
    case Stage::handshake:
        return shake_hands();
    case Stage::send:
        return send();
    case Stage::receive:
        return receive();
    }
}

void Connection::wait_for_tls(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
        return wait_for(EPOLLIN);
    case SSL_ERROR_WANT_WRITE:
        return wait_for(EPOLLOUT);
    case SSL_ERROR_ZERO_RETURN:
        return end({});
    default:
        // A server that closes without TLS's good-bye has said what it had to say.
        return end(received_.empty() ? "the TLS connection was broken off" : "");
    }
}

void Connection::shake_hands() {
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1) {
        return wait_for_tls(result);
    }
    stage_ = Stage::send;
    send();
}

void Connection::send() {
    while (sent_ < request_.size()) {
        const auto* const rest = request_.data() + sent_;
        const auto size = request_.size() - sent_;
        if (ssl_) {
            const int written = SSL_write(ssl_.get(), rest, static_cast<int>(size));
            if (written <= 0) {
                return wait_for_tls(written);
            }
            sent_ += static_cast<std::size_t>(written);
            continue;
        }
        const auto written = ::send(fd_.get(), rest, size, MSG_NOSIGNAL);
        if (written < 0) {
            return errno == EAGAIN ? wait_for(EPOLLOUT) : fail(errno);
        }
        sent_ += static_cast<std::size_t>(written);
    }
    stage_ = Stage::receive;
    wait_for(EPOLLIN);
}

/// Takes all that is there: what OpenSSL has read of it already does not wake the loop again.
void Connection::receive() {
    std::array<char, 4096> buffer{};
    const auto known = received_.size();
    ssize_t read = 1;
    while (read > 0 && received_.size() < enough) {
        read = ssl_ ? SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))
                    : ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        received_.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
    }
    if (!ssl_ && read == 0) {
        return end({});
    }
    if (!ssl_ && read < 0 && errno != EAGAIN && errno != EINTR) {
        return fail(errno);
    }
    if (ssl_ && read <= 0 &&
        SSL_get_error(ssl_.get(), static_cast<int>(read)) != SSL_ERROR_WANT_READ) {
        return wait_for_tls(static_cast<int>(read));
    }
    if (received_.size() > known) {
        if (ssl_) {
            tls_->keep_session(ssl_.get());
        }
        const auto heard = heard_;
        heard(received_, false, {}); // it may destroy this
    }
}

} // namespace k8s_node::liveness
