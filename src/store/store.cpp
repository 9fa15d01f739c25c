#include "store/store.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "loop/worker.hpp"
#include "store/downloader.hpp"
#include "store/fetch_plan.hpp"
#include "store/member_file.hpp"
#include "store/mirror.hpp"
#include "store/parallel.hpp"
#include "store/staging.hpp"
#include "store/tree.hpp"
#include "store/unpacker.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/steps.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Against the services that start once the urgent artifacts are there.
enum class Pace { usual, gives_way };

/// Lowers the priority, which is this thread's own (setpriority(2), "C library/kernel
/// differences").
void give_way() {
    constexpr int behind = 10;
    // Failure is ignored: the fetch is then no worse than before.
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), behind));
}

/// Fetches one artifact into the store.
class EntryFetch {
public:
    EntryFetch(EventLoop& loop, const fs::path& store, const Artifact& artifact,
               const FetchOptions& options, FetchObserver& observer)
        : loop_(loop), store_(store), artifact_(artifact), options_(options), observer_(observer),
          staging_(store, artifact.store_name()) {}

    void run(Pace pace) {
        const auto begin = std::chrono::steady_clock::now();
        auto verified = download();
        run_in_worker(loop_, [&](const std::stop_token& stop) {
            if (pace == Pace::gives_way) {
                give_way();
            }
            write_manifest(fill(std::move(verified), stop));
            seal_directories(staging_.tree());
            publish();
        });
        observer_.published(artifact_, std::chrono::steady_clock::now() - begin);
        if (options_.on_published) {
            options_.on_published(artifact_);
        }
    }

private:
    std::vector<EntryFile> fill(VerifiedFile verified, const std::stop_token& stop) {
        auto files = with_context("unpacking " + printable_url(artifact_.url),
                                  [&] { return unpack(std::move(verified), stop); });
        // Removed before the final sync, so that its bytes are never written to disk.
        std::error_code ignored;
        fs::remove(staging_.download(), ignored);
        return files;
    }

    VerifiedFile download() {
        const StepTimer timer("download", artifact_.name);
        return Downloader(loop_, options_, observer_).download(artifact_, staging_.download());
    }

    std::vector<EntryFile> unpack(VerifiedFile verified, const std::stop_token& stop) {
        const StepTimer timer("unpack", artifact_.name);
        std::vector<EntryFile> files;
        if (artifact_.members.empty()) {
            files.push_back(
                place_file(verified, artifact_.file, artifact_.file_mode, staging_.tree()));
        } else {
            files = unpack_members(std::move(verified), artifact_.members, staging_.tree(),
                                   options_.limits, stop);
        }
        if (!options_.architecture.empty()) {
            check_architecture(files, staging_.tree(), options_.architecture);
        }
        return files;
    }

    void write_manifest(std::vector<EntryFile> files) {
        for (auto& file : files) {
            file.modified_ns = modification_time(staging_.tree() / file.path);
        }
        const EntryManifest manifest{artifact_.name, artifact_.version,
                                     printable_url(artifact_.url), artifact_.digest.text(),
                                     std::move(files)};
        const auto json = manifest.to_json();
        MemberFile file(staging_.tree(), EntryManifest::file_name, "");
        file.write_at(0, std::as_bytes(std::span(json)));
        static_cast<void>(file.finish(json.size(), 0444));
    }

    void publish() {
        const StepTimer timer("publish", artifact_.name);
        const auto entry = store_ / artifact_.store_name();
        if (!publish_directory(staging_.tree(), entry)) {
            exchange_directories(staging_.tree(), entry);
        }
    }

    EventLoop& loop_;
    const fs::path& store_;
    const Artifact& artifact_;
    const FetchOptions& options_;
    FetchObserver& observer_;
    StagingArea staging_;
};

/// Artifacts that are fetched in parallel, before those of the next group.
struct FetchGroup {
    std::span<const Artifact> artifacts;
    Pace pace;
};

/// The urgent ones come first and get network, disk and processors for themselves.
std::vector<FetchGroup> in_groups(std::vector<Artifact>& artifacts, const FetchOptions& options) {
    const auto others =
        std::stable_partition(artifacts.begin(), artifacts.end(), [&](const Artifact& artifact) {
            return options.urgent.contains(artifact.store_name());
        });
    const std::span all(artifacts);
    const auto urgent = static_cast<std::size_t>(others - artifacts.begin());
    if (urgent == 0 || others == artifacts.end()) {
        return {{all, Pace::usual}};
    }
    return {{all.first(urgent), Pace::usual}, {all.subspan(urgent), Pace::gives_way}};
}

/// Combines all errors into one; a wrong digest comes before network failures.
Error combine(std::vector<Error> errors) {
    std::stable_partition(errors.begin(), errors.end(), [](const Error& error) {
        return error.status() == ExitStatus::verification;
    });
    Error first = errors.front();
    for (std::size_t i = 1; i < errors.size(); ++i) {
        first.with_detail("also failed: " + errors[i].message());
    }
    return first;
}

/// Returns what really has to be fetched, each entry once.
std::vector<Artifact> to_fetch(const fs::path& store, std::span<const Artifact> missing) {
    std::vector<Artifact> result;
    for (auto& artifact : merge_artifacts(missing)) {
        if (check_entry(store, artifact, CheckDepth::attributes).empty()) {
            continue;
        }
        const auto existing = read_manifest(store / artifact.store_name());
        result.push_back(existing ? with_files_of(std::move(artifact), *existing)
                                  : std::move(artifact));
    }
    return result;
}

} // namespace

bool Store::contains(const Artifact& artifact) const {
    const auto manifest = read_manifest(entry(artifact));
    const auto paths = promised_paths(artifact);
    return manifest && std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
               return attributes_of(entry(artifact) / path).has_value();
           });
}

void Store::fetch(std::span<const Artifact> missing, const FetchOptions& options,
                  FetchObserver& observer, EventLoop& loop) const {
    make_directories(directory_);
    remove_leftovers();
    auto artifacts = to_fetch(directory_, missing);
    for (const auto& group : in_groups(artifacts, options)) {
        auto errors =
            run_parallel(loop, group.artifacts.size(), options.parallel, [&](std::size_t index) {
                const auto& artifact = group.artifacts[index];
                with_context("fetching " + artifact_label(artifact), [&] {
                    EntryFetch(loop, directory_, artifact, options, observer).run(group.pace);
                });
            });
        if (!errors.empty()) {
            throw combine(std::move(errors));
        }
    }
}

std::vector<StoreProblem> Store::check_quick(std::span<const Artifact> artifacts) const {
    std::vector<StoreProblem> problems;
    for (const auto& artifact : artifacts) {
        const auto found = check_entry(directory_, artifact, CheckDepth::attributes);
        problems.insert(problems.end(), found.begin(), found.end());
    }
    return problems;
}

std::vector<StoreProblem> Store::check_named(const std::string& name) const {
    return check_entry(directory_, name, CheckDepth::attributes);
}

std::vector<StoreProblem> Store::verify(std::set<std::string> needed) const {
    if (attributes_of(directory_)) {
        for (const auto& path : list_directory(directory_)) {
            if (const auto name = path.filename().string(); !name.starts_with('.')) {
                needed.insert(name);
            }
        }
    }
    std::vector<StoreProblem> problems;
    for (const auto& name : needed) {
        const auto found = check_entry(directory_, name, CheckDepth::content);
        problems.insert(problems.end(), found.begin(), found.end());
    }
    return problems;
}

void Store::remove_leftovers() const {
    if (attributes_of(directory_)) {
        remove_staged(directory_);
    }
}

std::vector<std::string> Store::gc(const std::set<std::string>& keep) const {
    std::vector<std::string> removed;
    if (!attributes_of(directory_)) {
        return removed;
    }
    remove_leftovers();
    for (const auto& path : list_directory(directory_)) {
        const auto name = path.filename().string();
        // A directory without a manifest was not created here and stays.
        if (!keep.contains(name) && attributes_of(path / EntryManifest::file_name)) {
            removed.push_back(name);
        }
    }
    for (const auto& name : removed) {
        remove_entry(directory_, name);
    }
    return removed;
}

} // namespace k8s_node
