// Commands to a running HAProxy, by the socket of its runtime interface.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "loop/event_loop.hpp"
#include "support/handle.hpp"

namespace k8s_node::endpoints {

/// One connection: commands, then their answers until HAProxy ends it (management guide, "Unix
/// Socket commands"). Destroying it cancels it.
class RuntimeRequest {
public:
    /// One of them is called once, by the loop, and may destroy the request.
    struct Observer {
        std::function<void(const std::string& answer)> answered;
        std::function<void(const std::string& why)> failed;
    };

    /// Begins it; a failure comes by the loop too. `loop` must outlive it. HAProxy has five seconds
    /// to answer.
    RuntimeRequest(EventLoop& loop, const std::string& socket,
                   const std::vector<std::string>& commands, Observer observer);

private:
    void send(const std::string& socket, const std::string& line);
    void receive();
    void fail(const std::string& why);

    Observer observer_;
    UniqueFd fd_;
    std::string answer_;
    EventSource readable_; ///< goes before what it watches
    EventSource deadline_;
};

} // namespace k8s_node::endpoints
