#include "bundle/image_import.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <unistd.h>

#include "loop/program_run.hpp"
#include "store/downloader.hpp"
#include "support/error.hpp"
#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kubernetes_namespace = "k8s.io";
/// https://github.com/containerd/containerd/blob/main/internal/cri/labels/labels.go
constexpr const char* pinned_label = "io.cri-containerd.pinned=pinned";
constexpr std::string_view archive_label = "k8s-node.archive=";
/// From the beginning of an installation, which may have to fetch containerd first.
constexpr auto patience = minutes(30);
constexpr int most_attempts = 3;

class ImageImport {
public:
    ImageImport(const BundleFile& bundle, const ImageStore& store, EventLoop& loop,
                EventSink& events, FetchObserver& observer)
        : bundle_(bundle), store_(store), loop_(loop), events_(events), observer_(observer) {}

    std::size_t run() {
        await_containerd();
        auto there = imported_archives(ctr({"images", "list"}));
        std::size_t imported = 0;
        for (const auto& image : in_order()) {
            if (there.insert(image.digest.hex()).second) {
                import(image);
                ++imported;
            }
        }
        return imported;
    }

private:
    [[nodiscard]] std::vector<BundledImage> in_order() const {
        auto images = bundle_.manifest().images;
        std::stable_partition(images.begin(), images.end(), [&](const BundledImage& image) {
            return contains(image.names, store_.first);
        });
        return images;
    }

    [[nodiscard]] ProgramResult run_ctr(const std::vector<std::string>& words,
                                        std::chrono::milliseconds deadline) {
        std::vector<std::string> argv{store_.ctr, "--address", store_.socket, "--namespace",
                                      kubernetes_namespace};
        argv.insert(argv.end(), words.begin(), words.end());
        return run_program(loop_, argv, deadline);
    }

    std::string ctr(const std::vector<std::string>& words) {
        const auto result = run_ctr(words, minutes(30));
        if (result.status != 0) {
            // Warnings about the configuration of containerd come before.
            const auto lines = split_lines(trim(result.errors));
            throw Error("containerd refused 'ctr " + join(words, " ") + "'" +
                        (lines.empty() ? "" : ": " + lines.back()))
                .try_this("see 'journalctl -u containerd', then run the same command again");
        }
        return result.output;
    }

    [[nodiscard]] bool containerd_answers() {
        return path_exists(store_.ctr) && path_exists(store_.socket) &&
               run_ctr({"version"}, seconds(30)).status == 0;
    }

    void await_containerd() {
        const auto deadline = EventLoop::Clock::now() + patience;
        while (!containerd_answers()) {
            if (EventLoop::Clock::now() > deadline) {
                throw Error("containerd does not answer at " + store_.socket +
                                ", so that no image can be imported",
                            ExitStatus::not_ready)
                    .try_this("see 'journalctl -u containerd', then run the same command again");
            }
            loop_.pause_until(EventLoop::Clock::now() + std::chrono::milliseconds(500));
        }
    }

    void import(const BundledImage& image) {
        const auto begin = std::chrono::steady_clock::now();
        const Artifact archive{"image", image.names.front(), image.path, image.digest, {}, {}};
        const auto file = copied(archive);
        observer_.published(archive, std::chrono::steady_clock::now() - begin);
        tell(image, "importing the image " + join(image.names, ", ") + " (" +
                        human_bytes(image.size) + ")");
        for (int attempt = 1;; ++attempt) {
            try {
                // By the descriptor that was verified.
                ctr({"images", "import",
                     "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(file.fd())});
                pin(image);
                break;
            } catch (const Error&) {
                if (attempt == most_attempts) {
                    throw;
                }
                await_containerd(); // a change of the node may have restarted it
            }
        }
        tell(image, "imported and pinned " + join(image.names, ", "));
    }

    VerifiedFile copied(const Artifact& archive) {
        std::error_code ignored;
        std::filesystem::remove(store_.staging, ignored); // of a killed run
        FetchOptions options;
        options.local = std::shared_ptr<const LocalSource>(std::shared_ptr<void>(), &bundle_);
        auto file = Downloader(loop_, options, observer_).download(archive, store_.staging);
        std::filesystem::remove(store_.staging, ignored); // the descriptor keeps it
        return file;
    }

    void pin(const BundledImage& image) {
        for (const auto& name : image.names) {
            ctr({"images", "label", name, pinned_label,
                 std::string(archive_label) + image.digest.hex()});
        }
    }

    void tell(const BundledImage& image, const std::string& message) {
        events_.report({Priority::info,
                        message,
                        {},
                        {{"K8S_NODE_PHASE", "images"}, {"K8S_NODE_OBJECT", image.names.front()}}});
    }

    const BundleFile& bundle_;
    const ImageStore& store_;
    EventLoop& loop_;
    EventSink& events_;
    FetchObserver& observer_;
};

} // namespace

std::set<std::string> imported_archives(std::string_view listing) {
    std::set<std::string> digests;
    for (const auto& line : split_lines(listing)) {
        const auto words = words_of(line);
        if (words.empty()) {
            continue;
        }
        const auto labels = split(words.back(), ',');
        if (!contains(labels, pinned_label)) {
            continue;
        }
        for (const auto& label : labels) {
            if (label.starts_with(archive_label)) {
                digests.insert(label.substr(archive_label.size()));
            }
        }
    }
    return digests;
}

std::size_t import_images(const BundleFile& bundle, const ImageStore& store, EventLoop& loop,
                          EventSink& events, FetchObserver& observer) {
    return ImageImport(bundle, store, loop, events, observer).run();
}

} // namespace k8s_node
