// Artifacts as they arrive in the store, for a thread that waits during the fetch.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include "store/fetch_options.hpp"

namespace k8s_node {

/// Passes all events on to another observer, which must outlive it.
class Arrivals final : public FetchObserver {
public:
    explicit Arrivals(FetchObserver& next) : next_(next) {}

    /// Waits for an entry, and returns the names of those that arrived since the last call. Empty:
    /// the fetch has ended, successfully or not.
    [[nodiscard]] std::set<std::string> wait();
    /// Call it when the fetch has ended.
    void end() noexcept;

    void started(const Artifact& artifact, std::string_view url) noexcept override;
    void progress(const Artifact& artifact, std::uint64_t bytes,
                  std::uint64_t total) noexcept override;
    void retrying(const Artifact& artifact, std::string_view why,
                  std::chrono::milliseconds delay) noexcept override;
    void verified(const Artifact& artifact) noexcept override;
    void published(const Artifact& artifact, std::chrono::duration<double> took) noexcept override;

private:
    FetchObserver& next_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::string> arrived_;
    bool ended_ = false;
};

} // namespace k8s_node
