// Measures how long the API server does not answer during a change.
#pragma once

#include <optional>

#include "generations/system.hpp"
#include "health/outage.hpp"
#include "support/error.hpp"

namespace k8s_node {

class ApiDowntime {
public:
    /// Begins measuring if the plan restarts or stops this node's API server or the etcd behind it:
    /// asks for its readiness ten times a second at the advertised address, while something waits
    /// in the loop.
    ApiDowntime(const Plan& plan, const Generation& next, EventLoop& loop);

    /// Ends measuring; nullopt if nothing was measured. Call it once.
    [[nodiscard]] std::optional<Outage> end();

    /// Ends measuring, and adds the result to the error.
    void end(Error& error);

private:
    std::optional<OutageMeter> meter_;
};

/// "the API server did not answer for 3.2 s", "… answered throughout"
[[nodiscard]] std::string downtime_text(const Outage& outage);

} // namespace k8s_node
