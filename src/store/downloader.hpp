// From a pinned artifact to verified bytes: mirrors, retries, digest.
#pragma once

#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/fetch_options.hpp"
#include "store/transfer.hpp"
#include "store/verified_file.hpp"
#include "support/error.hpp"

namespace k8s_node {

/// Waits in the loop, which must outlive it, as must the options and the observer.
class Downloader {
public:
    Downloader(EventLoop& loop, const FetchOptions& options, FetchObserver& observer)
        : loop_(loop), options_(options), observer_(observer), transfer_(loop, options) {}

    /// Downloads into the new file `path`, or copies from the local source, and verifies the
    /// digest. Throws Error (status verification if a source returned other bytes or the local one
    /// has none, else fetch) naming every source that was tried and why it failed.
    [[nodiscard]] VerifiedFile download(const Artifact& artifact,
                                        const std::filesystem::path& path);

private:
    /// Why one source did not provide the artifact.
    struct SourceFailure {
        std::string url;
        std::string why;
        std::string hint;
        ExitStatus status = ExitStatus::fetch;
    };
    /// `left` if there are more sources to try.
    enum class Others { left, none };
    struct Judgement {
        NextStep step;
        SourceFailure failure; ///< empty if the step is done
    };

    [[nodiscard]] Judgement judge(const Artifact& artifact, const std::string& url,
                                  const TransferOutcome& outcome, DownloadFile& file);
    /// Returns why the bytes are not the pinned ones; empty if they are.
    [[nodiscard]] std::string judge_bytes(const Artifact& artifact, const std::string& content_type,
                                          DownloadFile& file);
    [[nodiscard]] std::optional<SourceFailure> try_local(const Artifact& artifact,
                                                         DownloadFile& file);
    void copy(const Artifact& artifact, const LocalCopy& from, DownloadFile& file);
    /// True once a source has provided it.
    [[nodiscard]] bool try_each(const Artifact& artifact, DownloadFile& file,
                                std::vector<SourceFailure>& failures);
    [[nodiscard]] static Error error_of(const Artifact& artifact,
                                        std::span<const SourceFailure> failures);
    [[nodiscard]] std::optional<SourceFailure> try_source(const Artifact& artifact,
                                                          const DownloadSource& source,
                                                          Others others, DownloadFile& file);
    [[nodiscard]] TransferOutcome transfer(const Artifact& artifact, const DownloadSource& source,
                                           DownloadFile& file);
    void wait_before_retry(const Artifact& artifact, std::string_view why, unsigned attempt,
                           std::chrono::milliseconds at_least);

    EventLoop& loop_;
    const FetchOptions& options_;
    FetchObserver& observer_;
    Transfer transfer_;
    std::minstd_rand random_{std::random_device{}()};
};

} // namespace k8s_node
