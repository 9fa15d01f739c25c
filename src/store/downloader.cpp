#include "store/downloader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>

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

constexpr const char* local_hint =
    "verify the file with 'k8s-node-install bundle verify'; if it is damaged, copy it again, and "
    "if "
    "it lacks something, create one for this release, profile and architecture";

/// A part of a local file that is not there or cannot be read.
struct Unreadable : std::exception {
    explicit Unreadable(std::string reason) : why(std::move(reason)) {}
    std::string why;
};

void append_from(const LocalCopy& from, std::uint64_t end, DownloadFile& file) {
    std::array<std::byte, std::size_t{256} << 10U> buffer{};
    const auto wanted = std::min<std::uint64_t>(buffer.size(), end - file.size());
    const auto count = ::pread(from.fd, buffer.data(), static_cast<std::size_t>(wanted),
                               static_cast<off_t>(from.offset + file.size()));
    if (count < 0) {
        throw Unreadable(system_error(errno, "read").message());
    }
    if (count == 0) {
        throw Unreadable("it ends " + human_bytes(from.size - file.size()) + " too early");
    }
    file.append(std::span(buffer).first(static_cast<std::size_t>(count)));
}

} // namespace

VerifiedFile Downloader::download(const Artifact& artifact, const std::filesystem::path& path) {
    DownloadFile file(path, artifact.digest.algorithm(), options_.download_bytes);
    std::vector<SourceFailure> failures;
    if (!try_each(artifact, file, failures)) {
        throw error_of(artifact, failures);
    }
    observer_.verified(artifact);
    const auto size = file.size();
    return {file.take(), path, size};
}

bool Downloader::try_each(const Artifact& artifact, DownloadFile& file,
                          std::vector<SourceFailure>& failures) {
    const auto failed = [&](std::optional<SourceFailure> failure) {
        if (failure) {
            failures.push_back(*std::move(failure));
        }
        return failure.has_value();
    };
    if (options_.local && !failed(try_local(artifact, file))) {
        return true;
    }
    if (options_.local && options_.mirrors.empty()) {
        return false; // whoever names a file on this machine does not want upstream
    }
    const auto sources = download_sources(options_.mirrors, artifact.url);
    for (const auto& source : sources) {
        if (!failures.empty()) {
            observer_.retrying(artifact, failures.back().why, std::chrono::milliseconds(0));
        }
        const auto others = &source == &sources.back() ? Others::none : Others::left;
        if (!failed(try_source(artifact, source, others, file))) {
            return true;
        }
    }
    return false;
}

std::optional<Downloader::SourceFailure> Downloader::try_local(const Artifact& artifact,
                                                               DownloadFile& file) {
    const auto from = options_.local->find(artifact);
    if (!from) {
        return SourceFailure{options_.local->label(), options_.local->absence(artifact), local_hint,
                             ExitStatus::verification};
    }
    observer_.started(artifact, from->label);
    try {
        copy(artifact, *from, file);
    } catch (const Unreadable& failure) {
        file.restart();
        return SourceFailure{from->label, failure.why, local_hint, ExitStatus::verification};
    }
    auto why = judge_bytes(artifact, {}, file);
    if (why.empty()) {
        return std::nullopt;
    }
    file.restart();
    return SourceFailure{from->label, std::move(why), local_hint, ExitStatus::verification};
}

/// In pieces, between which others go on and progress is told.
void Downloader::copy(const Artifact& artifact, const LocalCopy& from, DownloadFile& file) {
    constexpr std::uint64_t piece = std::uint64_t{16} << 20U;
    file.continue_here();
    while (file.size() < from.size) {
        const auto end = std::min(file.size() + piece, from.size);
        run_in_worker(loop_, [&](const std::stop_token& stop) {
            while (file.size() < end && !stop.stop_requested()) {
                append_from(from, end, file);
            }
        });
        observer_.progress(artifact, file.size(), from.size);
    }
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
    auto why = judge_bytes(artifact, outcome.content_type, file);
    if (why.empty()) {
        return {NextStep::done, {}};
    }
    // Parts of two different files make a third one that no server offers.
    return {file.in_pieces() ? NextStep::start_over : NextStep::next_mirror,
            {url, std::move(why), mismatch_hint, ExitStatus::verification}};
}

std::string Downloader::judge_bytes(const Artifact& artifact, const std::string& content_type,
                                    DownloadFile& file) {
    std::string hex;
    run_in_worker(loop_, [&](const std::stop_token& stop) { hex = file.digest_hex(stop); });
    return mismatch(artifact, hex, file.size(), content_type);
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
