#include "engine/arrivals.hpp"

#include <utility>

namespace k8s_node {

std::set<std::string> Arrivals::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !arrived_.empty(); });
    return std::exchange(arrived_, {});
}

void Arrivals::end() noexcept {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
}

void Arrivals::started(const Artifact& artifact, std::string_view url) noexcept {
    next_.started(artifact, url);
}

void Arrivals::progress(const Artifact& artifact, std::uint64_t bytes,
                        std::uint64_t total) noexcept {
    next_.progress(artifact, bytes, total);
}

void Arrivals::retrying(const Artifact& artifact, std::string_view why,
                        std::chrono::milliseconds delay) noexcept {
    next_.retrying(artifact, why, delay);
}

void Arrivals::verified(const Artifact& artifact) noexcept {
    next_.verified(artifact);
}

void Arrivals::published(const Artifact& artifact, std::chrono::duration<double> took) noexcept {
    next_.published(artifact, took);
    const std::lock_guard lock(mutex_);
    arrived_.insert(artifact.store_name());
    changed_.notify_all();
}

} // namespace k8s_node
