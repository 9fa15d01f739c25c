// What a fetch may be told, and whom it tells how it goes.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "model/artifact.hpp"

namespace k8s_node {

/// Bounds that turn an archive bomb into an error. Declared sizes count, so a
/// bomb is refused before it is expanded.
struct UnpackLimits {
    std::uint64_t entries = 1'000'000;
    std::uint64_t member_bytes = std::uint64_t{4} << 30U;
    std::uint64_t total_bytes = std::uint64_t{16} << 30U; ///< all members, wanted or not
};

/// How often and how patiently one mirror is tried.
struct RetryPolicy {
    unsigned attempts = 5; ///< in a row without noticeable progress
    std::chrono::milliseconds first_delay{500};
    std::chrono::milliseconds longest_delay{30'000};
};

/// Proxies come from the environment as curl(1) reads them. TLS and digests
/// are always verified; there is nothing here to turn that off.
struct FetchOptions {
    /// Tried in order instead of upstream: MIRROR/<host>/<path> of upstream's
    /// URL. Schemes https, http and file. Empty: upstream itself.
    std::vector<std::string> mirrors;
    /// Certificates trusted for the mirrors, besides the system's.
    std::filesystem::path ca_file;
    /// "amd64" or "arm64": ELF files in bin/ must be for it. Empty: any.
    std::string architecture;
    std::chrono::milliseconds connect_timeout{15'000};
    /// A transfer slower than 1 KiB/s for this long is broken off and resumed.
    std::chrono::seconds stall_timeout{30};
    std::uint64_t download_bytes = std::uint64_t{8} << 30U; ///< refuse larger downloads
    RetryPolicy retry;
    unsigned parallel = 4; ///< artifacts in work at once
    /// Names of entries that are fetched before any other is begun.
    std::set<std::string> urgent;
    UnpackLimits limits;
    std::stop_token stop; ///< breaks the fetch off; the next one finishes it
};

/// Called from worker threads, several at once.
class FetchObserver {
public:
    FetchObserver() = default;
    FetchObserver(const FetchObserver&) = delete;
    FetchObserver& operator=(const FetchObserver&) = delete;
    FetchObserver(FetchObserver&&) = delete;
    FetchObserver& operator=(FetchObserver&&) = delete;
    virtual ~FetchObserver() = default;

    /// A download begins at this URL (shown without credentials).
    virtual void started(const Artifact&, std::string_view /*url*/) noexcept {}
    /// `total` is 0 while the server has not said it. At most some ten a second.
    virtual void progress(const Artifact&, std::uint64_t /*bytes*/,
                          std::uint64_t /*total*/) noexcept {}
    /// A transfer failed; taken up again after `delay`, or if that is 0, elsewhere.
    virtual void retrying(const Artifact&, std::string_view /*why*/,
                          std::chrono::milliseconds /*delay*/) noexcept {}
    /// The digest matched.
    virtual void verified(const Artifact&) noexcept {}
    /// The entry is in the store under its final name.
    virtual void published(const Artifact&, std::chrono::duration<double> /*took*/) noexcept {}
};

} // namespace k8s_node
