// Artifacts as they come into the store, for who waits beside the fetch.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include "store/fetch_options.hpp"

namespace k8s_node {

/// Passes everything on to another observer, which must outlive it.
class Arrivals final : public FetchObserver {
public:
    explicit Arrivals(FetchObserver& next) : next_(next) {}

    /// The names of the entries that have come since the last call; waits for
    /// one. None: the fetch has ended, in whichever way.
    [[nodiscard]] std::set<std::string> wait();
    /// To be called when the fetch has ended.
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
