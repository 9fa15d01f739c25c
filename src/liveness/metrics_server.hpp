// Answers Prometheus over a unix socket and, if wanted, a port at 127.0.0.1.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include "loop/event_loop.hpp"
#include "support/handle.hpp"

namespace k8s_node::liveness {

class MetricsServer {
public:
    /// Listens at `socket`, which it replaces, and at `port` unless that is 0. `metrics` returns
    /// the text for each request. Throws Error where it cannot listen.
    MetricsServer(EventLoop& loop, const std::string& socket, std::uint16_t port,
                  std::function<std::string()> metrics);

private:
    /// A client whose request has not come as a whole.
    struct Client {
        UniqueFd fd;
        std::string request;
        EventSource readable;
        EventSource patience;
    };
    struct Listener {
        UniqueFd fd;
        EventSource readable;
    };

    void listen(UniqueFd fd, const std::string& where);
    void accept(int listener);
    /// Returns true when nothing more is to be done for the client.
    [[nodiscard]] bool serve(Client& client) const;

    EventLoop& loop_;
    std::function<std::string()> metrics_;
    std::list<Client> clients_;
    std::list<Listener> listeners_;
};

} // namespace k8s_node::liveness
