#include "server.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/error.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"

namespace k8s_node::demo {

namespace {

template <typename Address>
UniqueFd listen_at(const Address& address, int family) {
    UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        ::listen(fd.get(), 100) < 0) {
        throw system_error(errno, "listen");
    }
    return fd;
}

UniqueFd listen_on_socket(const std::filesystem::path& path) {
    std::filesystem::remove(path);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    return listen_at(address, AF_UNIX);
}

UniqueFd listen_on_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return listen_at(address, AF_INET);
}

std::string port_of(const UniqueFd& fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return std::to_string(ntohs(address.sin_port));
}

void answer(const UniqueFd& client) {
    constexpr std::string_view reply =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    const timeval patience{0, 100'000};
    ::setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::array<char, 2000> request{};
    const auto size = ::read(client.get(), request.data(), request.size());
    const std::string_view text(request.data(), static_cast<std::size_t>(size < 0 ? 0 : size));
    if (text.starts_with("GET /die")) {
        ::raise(SIGKILL);
    } else if (text.starts_with("GET /hang")) {
        ::raise(SIGSTOP);
    } else if (!text.empty()) {
        static_cast<void>(::send(client.get(), reply.data(), reply.size(), MSG_NOSIGNAL));
    }
}

} // namespace

int serve(const std::filesystem::path& root) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto socket = listen_on_socket(root / "run/server.sock");
    const auto port = listen_on_port();
    write_file_atomically(root / "run/port", port_of(port), {0644, ::geteuid(), ::getegid()});
    std::array<pollfd, 2> waits{{{socket.get(), POLLIN, 0}, {port.get(), POLLIN, 0}}};
    while (::poll(waits.data(), waits.size(), -1) >= 0 || errno == EINTR) {
        for (const auto& wait : waits) {
            if (wait.revents != 0) {
                answer(UniqueFd(::accept4(wait.fd, nullptr, nullptr, SOCK_CLOEXEC)));
            }
        }
    }
    return 1;
}

} // namespace k8s_node::demo
