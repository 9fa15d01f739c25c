#include "endpoints/runtime_request.hpp"

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::endpoints {

namespace {

constexpr std::chrono::seconds time_to_answer{5};
/// A table of servers has some hundred bytes for each.
constexpr std::size_t longest_answer = std::size_t{1} << 20U;

/// The socket API is designed to take sockaddr_un as sockaddr.
UniqueFd connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw Error("the path of haproxy's socket is too long: " + path);
    }
    path.copy(static_cast<char*>(address.sun_path), path.size());
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd ||
        ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        throw system_error(errno, "connect to haproxy at " + path);
    }
    return fd;
}

} // namespace

RuntimeRequest::RuntimeRequest(EventLoop& loop, const std::string& socket,
                               const std::vector<std::string>& commands, Observer observer)
    : observer_(std::move(observer)) {
    try {
        fd_ = connect_to(socket);
        send(socket, join(commands, ";") + "\n");
        readable_ = loop.on_readable(fd_.get(), [this] { receive(); });
        deadline_ = loop.after(time_to_answer, [this, socket] {
            fail("haproxy at " + socket + " has not answered within five seconds");
        });
    } catch (const Error& error) {
        deadline_ = loop.defer([this, why = error.message()] { fail(why); });
    }
}

/// The line is much shorter than what a socket takes at once.
void RuntimeRequest::send(const std::string& socket, const std::string& line) {
    const auto sent = ::send(fd_.get(), line.data(), line.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(line.size())) {
        throw system_error(sent < 0 ? errno : EMSGSIZE, "send commands to haproxy at " + socket);
    }
}

void RuntimeRequest::receive() {
    std::array<char, 16384> buffer{};
    const auto size = ::read(fd_.get(), buffer.data(), buffer.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (size < 0) {
        fail(system_error(errno, "read the answer of haproxy").message());
        return;
    }
    answer_.append(buffer.data(), static_cast<std::size_t>(size));
    if (answer_.size() > longest_answer) {
        fail("haproxy answered more than a mebibyte");
        return;
    }
    if (size == 0) {
        const auto observer = std::move(observer_); // it may destroy this
        readable_.reset();
        deadline_.reset();
        observer.answered(std::exchange(answer_, {}));
    }
}

void RuntimeRequest::fail(const std::string& why) {
    const auto observer = std::move(observer_); // it may destroy this
    const auto reason = why;                    // which may belong to the callback
    readable_.reset();
    deadline_.reset();
    observer.failed(reason);
}

} // namespace k8s_node::endpoints
