// How long the API server does not answer while a change is made.
#pragma once

#include <optional>

#include "apply/system.hpp"
#include "health/outage.hpp"
#include "support/error.hpp"

namespace k8s_node {

class ApiDowntime {
public:
    /// Measures from here where the plan restarts or stops this node's API
    /// server or the etcd behind it, by asking for its readiness ten times a
    /// second at the address that it advertises.
    ApiDowntime(const Plan& plan, const Generation& next);

    /// Ends measuring; nullopt where nothing was measured. To be called once.
    [[nodiscard]] std::optional<Outage> end();

    /// Ends it, and adds what was measured to the error.
    void end(Error& error);

private:
    std::optional<OutageMeter> meter_;
};

/// "the API server did not answer for 3.2 s", "… answered all the time"
[[nodiscard]] std::string downtime_text(const Outage& outage);

} // namespace k8s_node
