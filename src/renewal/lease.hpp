// A Lease of the cluster (coordination.k8s.io/v1) that one node at a time holds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "cluster/json_text.hpp"
#include "cluster/transport.hpp"

namespace k8s_node {

class Lease {
public:
    using Clock = std::chrono::steady_clock;

    /// `holder` is the name of this node: the Lease is its own whichever of its processes took it.
    /// The transport must outlive it.
    Lease(cluster::Transport& transport, std::string name, std::string holder,
          std::chrono::seconds time)
        : transport_(transport), name_(std::move(name)), holder_(std::move(holder)), time_(time) {}

    /// Makes one attempt: takes the Lease and returns nullopt, or returns the name of its holder.
    /// Another holder's has run out if it was seen unchanged for as long as it says, by the clock
    /// of this machine alone. Throws ApiError, ConnectionError.
    std::optional<std::string> take(Clock::time_point now);

    /// Gives it back, if it is the holder's own. Throws like take().
    void release();

private:
    std::optional<nlohmann::json> read();
    bool write(const char* method, const nlohmann::json& object);
    [[nodiscard]] nlohmann::json object_with(const nlohmann::json& found,
                                             const std::string& holder) const;
    bool has_run_out(const nlohmann::json& spec, Clock::time_point now);

    cluster::Transport& transport_;
    std::string name_;
    std::string holder_;
    std::chrono::seconds time_;
    std::string seen_; ///< the holder's sign of life that was seen last
    Clock::time_point seen_at_{};
};

} // namespace k8s_node
