#include "liveness/metrics_server.hpp"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "liveness/metrics.hpp"
#include "support/error.hpp"

namespace k8s_node::liveness {

namespace {

constexpr std::size_t most_clients = 8;
constexpr std::size_t longest_request = 8192;
constexpr std::chrono::seconds patience{5};

/// Returns a socket that is bound to the address.
template <typename Address>
UniqueFd bound(const Address& address, int family, const std::string& where) {
    UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
        throw system_error(errno, "create a socket");
    }
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // The socket API is designed to take any of them as sockaddr.
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        throw system_error(errno, "listen at " + where);
    }
    return fd;
}

UniqueFd unix_listener(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    ::unlink(path.c_str()); // of the process before
    auto fd = bound(address, AF_UNIX, path);
    constexpr mode_t everybody = 0666; // like a port of loopback
    ::chmod(path.c_str(), everybody);
    return fd;
}

UniqueFd port_listener(std::uint16_t port, const std::string& where) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return bound(address, AF_INET, where);
}

} // namespace

MetricsServer::MetricsServer(EventLoop& loop, const std::string& socket, std::uint16_t port,
                             std::function<std::string()> metrics)
    : loop_(loop), metrics_(std::move(metrics)) {
    listen(unix_listener(socket), socket);
    if (port != 0) {
        const auto where = "127.0.0.1:" + std::to_string(port);
        listen(port_listener(port, where), where);
    }
}

void MetricsServer::listen(UniqueFd fd, const std::string& where) {
    if (::listen(fd.get(), static_cast<int>(most_clients)) < 0) {
        throw system_error(errno, "listen at " + where);
    }
    const int number = fd.get();
    listeners_.push_back({std::move(fd), {}});
    listeners_.back().readable = loop_.on_readable(number, [this, number] { accept(number); });
}

void MetricsServer::accept(int listener) {
    UniqueFd fd(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd || clients_.size() >= most_clients) {
        return; // whoever is one too many is told by the end of the connection
    }
    const int number = fd.get();
    const auto client = clients_.insert(clients_.end(), Client{std::move(fd), {}, {}, {}});
    const auto end = [this, client] { clients_.erase(client); };
    client->patience = loop_.after(patience, end);
    client->readable = loop_.on_readable(number, [this, client, end] {
        if (serve(*client)) {
            // A copy: the client owns this callback.
            const auto last = end;
            last();
        }
    });
}

bool MetricsServer::serve(Client& client) const {
    std::array<char, 1024> buffer{};
    const auto read = ::recv(client.fd.get(), buffer.data(), buffer.size(), 0);
    if (read <= 0) {
        return read == 0 || errno != EAGAIN;
    }
    client.request.append(buffer.data(), static_cast<std::size_t>(read));
    const auto response = respond(client.request, metrics_());
    if (response.empty()) {
        return client.request.size() > longest_request;
    }
    // A few kilobytes fit into the buffer of a socket, of which this is the first use.
    static_cast<void>(::send(client.fd.get(), response.data(), response.size(), MSG_NOSIGNAL));
    return true;
}

} // namespace k8s_node::liveness
