#include "health/socket_prober.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <sys/un.h>

#include "health/explain.hpp"
#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {

namespace {

std::string explain_connect(int error_number, const std::string& path) {
    switch (error_number) {
    case ENOENT:
        return "there is no socket " + path;
    case ECONNREFUSED:
        return "connection refused";
    case EAGAIN:
        return "the socket's queue is full, its service does not accept connections";
    default:
        return explain_errno(error_number);
    }
}

/// Asks once. The socket API is designed to take sockaddr_un as sockaddr.
Attempt connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return {false, "the socket path is too long"};
    }
    path.copy(static_cast<char*>(address.sun_path), path.size());
    const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) {
        throw system_error(errno, "create a socket");
    }
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        return {false, explain_connect(errno, path)};
    }
    return {true, {}};
}

} // namespace

void SocketProber::ask(std::chrono::milliseconds /*timeout*/) {
    reply(connect_to(path_));
}

} // namespace k8s_node
