#include "store/downloader.hpp"

#include <algorithm>

#include "loop/worker.hpp"
#include "store/fetch_plan.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Counts attempts without progress. Progress past the farthest point so far resets the count, so
/// that a slow, unreliable line succeeds in the end and a server that always fails at the same
/// byte is given up.
class Patience {
public:
    explicit Patience(unsigned attempts) : attempts_(attempts) {}

    /// True if another attempt should be made.
    [[nodiscard]] bool after_failure(std::uint64_t size) {
        constexpr std::uint64_t noticeable = std::uint64_t{1} << 20U;
        if (size >= farthest_ + noticeable) {
            farthest_ = size;
            failed_ = 0;
        }
        return ++failed_ < attempts_;
    }
    [[nodiscard]] unsigned failed() const { return failed_; }

private:
    unsigned attempts_;
    unsigned failed_ = 0;
    std::uint64_t farthest_ = 0;
};

/// Describes a digest mismatch; empty if the digest is the pinned one.
std::string mismatch(const Artifact& artifact, const std::string& hex, std::uint64_t size,
                     const std::string& content_type) {
    if (hex == artifact.digest.hex()) {
        return {};
    }
    const auto pinned = artifact.digest.text();
    std::string why = "digest mismatch: pinned is " + pinned + ", the " + human_bytes(size) +
                      " received have " + pinned.substr(0, pinned.find(':')) + ":" + hex;
    if (content_type.starts_with("text/html")) {
        why += "; the server sent text/html, a web page instead of the artifact";
    }
    return why;
}

constexpr const char* mismatch_hint =
    "compare the digest with upstream's published one: if they agree, the server or something in "
    "between changed the file; if not, correct the release";

} // namespace

VerifiedFile Downloader::download(const Artifact& artifact, const std::filesystem::path& path) {
    DownloadFile file(path, artifact.digest.algorithm(), options_.download_bytes);
    std::vector<SourceFailure> failures;
    const auto sources = download_sources(options_.mirrors, artifact.url);
    for (const auto& source : sources) {
        if (!failures.empty()) {
            observer_.retrying(artifact, failures.back().why, std::chrono::milliseconds(0));
        }
        const auto others = &source == &sources.back() ? Others::none : Others::left;
        auto failure = try_source(artifact, source, others, file);
        if (!failure) {
            observer_.verified(artifact);
            const auto size = file.size();
            return {file.take(), path, size};
        }
        failures.push_back(*std::move(failure));
    }
    throw error_of(artifact, failures);
}

Error Downloader::error_of(const Artifact& artifact, std::span<const SourceFailure> failures) {
    const auto gravest = std::find_if(failures.begin(), failures.end(), [](const auto& failure) {
        return failure.status == ExitStatus::verification;
    });
    const auto& told = gravest != failures.end() ? *gravest : failures.back();
    Error error("cannot download " + artifact_label(artifact) + " from " + told.url + ": " +
                    told.why,
                told.status);
    error.try_this(told.hint);
    for (const auto& failure : failures) {
        if (&failure != &told) {
            error.with_detail("also tried " + failure.url + ": " + failure.why);
        }
    }
    return error;
}

Downloader::Judgement Downloader::judge(const Artifact& artifact, const std::string& url,
                                        const TransferOutcome& outcome, DownloadFile& file) {
    const auto step = next_step(outcome);
    if (step != NextStep::done) {
        return {step, {url, describe(outcome), hint_for(outcome), ExitStatus::fetch}};
    }
    std::string hex;
    run_in_worker(loop_, [&](const std::stop_token& stop) { hex = file.digest_hex(stop); });
    auto why = mismatch(artifact, hex, file.size(), outcome.content_type);
    if (why.empty()) {
        return {NextStep::done, {}};
    }
    // Parts of two different files make a third one that no server offers.
    return {file.in_pieces() ? NextStep::start_over : NextStep::next_mirror,
            {url, std::move(why), mismatch_hint, ExitStatus::verification}};
}

std::optional<Downloader::SourceFailure> Downloader::try_source(const Artifact& artifact,
                                                                const DownloadSource& source,
                                                                Others others, DownloadFile& file) {
    const auto url = printable_url(source.url);
    observer_.started(artifact, url);
    for (Patience patience(std::max(options_.retry.attempts, 1U));;) {
        const auto outcome = transfer(artifact, source, file);
        auto [step, failure] = judge(artifact, url, outcome, file);
        if (step == NextStep::done) {
            return std::nullopt;
        }
        const bool dead = others == Others::left && is_out_of_reach(outcome);
        const bool again =
            patience.after_failure(file.size()) && step != NextStep::next_mirror && !dead;
        if (step == NextStep::start_over || failure.status == ExitStatus::verification) {
            file.restart();
        }
        if (!again) {
            return std::move(failure);
        }
        wait_before_retry(artifact, failure.why, patience.failed() - 1, outcome.retry_after);
    }
}

TransferOutcome Downloader::transfer(const Artifact& artifact, const DownloadSource& source,
                                     DownloadFile& file) {
    return transfer_.run(source, file, [&](std::uint64_t bytes, std::uint64_t total) {
        observer_.progress(artifact, bytes, total);
    });
}

void Downloader::wait_before_retry(const Artifact& artifact, std::string_view why, unsigned attempt,
                                   std::chrono::milliseconds at_least) {
    const double jitter = std::uniform_real_distribution<double>(0, 1)(random_);
    const auto delay = std::max(retry_delay(options_.retry, attempt, jitter),
                                std::min(at_least, options_.retry.longest_delay));
    observer_.retrying(artifact, why, delay);
    loop_.pause_until(EventLoop::Clock::now() + delay);
}

} // namespace k8s_node
