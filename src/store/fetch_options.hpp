// Options of a fetch and the observer of its progress.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "archive/unpack_limits.hpp"
#include "model/artifact.hpp"
#include "store/local_source.hpp"

namespace k8s_node {

/// How often one mirror is tried and with what delays.
struct RetryPolicy {
    unsigned attempts = 5; ///< in a row without noticeable progress
    std::chrono::milliseconds first_delay{500};
    std::chrono::milliseconds longest_delay{30'000};
};

/// Proxies come from the environment as curl(1) reads them. TLS and digests are always verified;
/// that cannot be turned off.
struct FetchOptions {
    /// Tried in order instead of upstream: MIRROR/<host>/<path> of upstream's
    /// URL. Schemes https, http and file. Empty: upstream itself.
    std::vector<std::string> mirrors;
    /// Asked before any mirror, and instead of upstream; may be nullptr.
    std::shared_ptr<const LocalSource> local;
    /// Certificates trusted for the mirrors, besides the system's.
    std::filesystem::path ca_file;
    /// "amd64" or "arm64": ELF files in bin/ must be built for it. Empty: any.
    std::string architecture;
    std::chrono::milliseconds connect_timeout{15'000};
    /// A transfer slower than 1 KiB/s for this long is aborted and resumed.
    std::chrono::seconds stall_timeout{30};
    std::uint64_t download_bytes = std::uint64_t{8} << 30U; ///< refuse larger downloads
    RetryPolicy retry;
    unsigned parallel = 4; ///< artifacts fetched at once
    /// Names of entries that are fetched before all others.
    std::set<std::string> urgent;
    UnpackLimits limits;
    /// Called when an entry is in the store, after the observer; may be empty.
    std::function<void(const Artifact&)> on_published;
};

/// Called in the thread of the fetch's loop.
class FetchObserver {
public:
    FetchObserver() = default;
    FetchObserver(const FetchObserver&) = delete;
    FetchObserver& operator=(const FetchObserver&) = delete;
    FetchObserver(FetchObserver&&) = delete;
    FetchObserver& operator=(FetchObserver&&) = delete;
    virtual ~FetchObserver() = default;

    /// A download from this URL starts (shown without credentials).
    virtual void started(const Artifact&, std::string_view /*url*/) noexcept {}
    /// `total` is 0 until the server reports it. Called about ten times a second at most.
    virtual void progress(const Artifact&, std::uint64_t /*bytes*/,
                          std::uint64_t /*total*/) noexcept {}
    /// A transfer failed; it is retried after `delay` or, if that is 0, from another source.
    virtual void retrying(const Artifact&, std::string_view /*why*/,
                          std::chrono::milliseconds /*delay*/) noexcept {}
    /// The digest matched.
    virtual void verified(const Artifact&) noexcept {}
    /// The entry is in the store under its final name.
    virtual void published(const Artifact&, std::chrono::duration<double> /*took*/) noexcept {}
};

} // namespace k8s_node
