#include "node/pinned_configuration.hpp"

#include <algorithm>
#include <filesystem>

#include "generations/ledger.hpp"
#include "store/downloader.hpp"
#include "store/hasher.hpp"
#include "store/mirror.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// More than any configuration; a pin does not say how much a server sends before it is known to be
/// something else.
constexpr std::uint64_t largest_configuration = std::uint64_t{1} << 20U;

/// In memory, since /run belongs to the boot that asks.
constexpr const char* download_path = "/run/k8s-node-install.configuration";

/// Removes the downloaded file at the end, and what a killed run left at the beginning.
class DownloadPlace {
public:
    explicit DownloadPlace(fs::path path) : path_(std::move(path)) {
        make_directories(path_.parent_path());
        fs::remove(path_);
    }
    DownloadPlace(const DownloadPlace&) = delete;
    DownloadPlace& operator=(const DownloadPlace&) = delete;
    DownloadPlace(DownloadPlace&&) = delete;
    DownloadPlace& operator=(DownloadPlace&&) = delete;
    ~DownloadPlace() {
        std::error_code ignored;
        fs::remove(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

/// The text that was hashed, by the descriptor that was hashed.
std::string download(const PinnedUrl& pinned, const Root& root, EventLoop& loop) {
    const DownloadPlace place(root.at(download_path));
    FetchOptions options;
    options.download_bytes = largest_configuration;
    FetchObserver nobody;
    const Artifact artifact{"configuration", {}, pinned.url, pinned.digest, {}, {}};
    try {
        const auto file = Downloader(loop, options, nobody).download(artifact, place.path());
        return read_file("/proc/self/fd/" + std::to_string(file.fd()));
    } catch (const Error& error) {
        if (error.status() != ExitStatus::verification) {
            throw;
        }
        throw Error(error.message(), error.status()) // its hint is for artifacts of a release
            .try_this("if that is the file that this machine shall have, give its digest in "
                      "k8s_node.config= or --config-from; if not, find out who changed it");
    }
}

bool has_digest(std::string_view text, const Digest& digest) {
    Hasher hasher(digest.algorithm());
    hasher.update(std::as_bytes(std::span(text.data(), text.size())));
    return hasher.hex() == digest.hex();
}

void write_configuration(const std::string& text, const Root& root) {
    auto ledger = read_ledger(root);
    ledger.note_file(paths::node_configuration, root);
    write_ledger(root, ledger);
    const auto path = root.at(paths::node_configuration);
    make_directories(path.parent_path());
    write_file_atomically(path, text, {0644, 0, 0});
}

} // namespace

PinnedUrl parse_pinned_url(std::string_view text) {
    const auto hash = text.rfind('#');
    const auto digest =
        hash == std::string_view::npos ? std::nullopt : Digest::parse(text.substr(hash + 1));
    if (!digest || hash == 0) {
        throw Error("--config-from " + printable_url(text) +
                        ": the digest of the file is missing or malformed",
                    ExitStatus::usage)
            .try_this("append # and what sha256sum prints of it: "
                      "https://site.example/node.yaml#sha256:…");
    }
    return {std::string(text.substr(0, hash)), *digest};
}

void place_pinned_configuration(std::string_view pinned, const Root& root, EventLoop& loop,
                                EventSink& events) {
    const auto wanted = parse_pinned_url(pinned);
    const auto there = read_file_if_exists(root.at(paths::node_configuration));
    if (there && has_digest(*there, wanted.digest)) {
        return;
    }
    const auto url = printable_url(wanted.url);
    if (there && !read_ledger(root).contains(paths::node_configuration)) {
        throw Error(std::string(paths::node_configuration) + " is there already, and is not the " +
                        wanted.digest.text() + " of " + url,
                    ExitStatus::configuration)
            .try_this("keep one of them: remove the file, or k8s_node.config= and --config-from; "
                      "what both shall say belongs into node.d/");
    }
    write_configuration(download(wanted, root, loop), root);
    events.report({Priority::info,
                   std::string(paths::node_configuration) + " was fetched from " + url + " (" +
                       wanted.digest.text() + ")",
                   {},
                   {{"K8S_NODE_PHASE", "configuration"}}});
}

} // namespace k8s_node
