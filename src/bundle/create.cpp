#include "bundle/create.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "archive/member_name.hpp"
#include "bundle/image_archive.hpp"
#include "bundle/write.hpp"
#include "loop/worker.hpp"
#include "store/downloader.hpp"
#include "store/hasher.hpp"
#include "store/parallel.hpp"
#include "support/error.hpp"
#include "support/file_kinds.hpp"
#include "support/files.hpp"
#include "support/handle.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Says if a path is a directory like those that Staging makes: nothing in it but its downloads.
bool is_staging(const fs::path& path) {
    return is_real_directory(path) && attributes_of(path)->uid == ::geteuid() &&
           std::ranges::all_of(directory_entries(path), [](const fs::path& entry) {
               return !is_real_directory(entry) && parse_integer(entry.filename().string());
           });
}

/// A directory for downloads that is removed in the end, and what a killed run left there before.
class Staging {
public:
    explicit Staging(fs::path directory) : directory_(std::move(directory)) {
        if (attributes_of(directory_) && !is_staging(directory_)) {
            throw Error(directory_.string() + " is in the way: no 'bundle create' made it",
                        ExitStatus::usage)
                .try_this("move it away, or create the bundle elsewhere");
        }
        fs::remove_all(directory_);
        if (::mkdir(directory_.c_str(), 0700) < 0) {
            throw system_error(errno, "create directory " + directory_.string());
        }
    }
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    Staging(Staging&&) = delete;
    Staging& operator=(Staging&&) = delete;
    ~Staging() {
        std::error_code ignored;
        fs::remove_all(directory_, ignored);
    }
    [[nodiscard]] fs::path file(std::size_t index) const {
        return directory_ / std::to_string(index);
    }

private:
    fs::path directory_;
};

Artifact download_of(const BundledArtifact& item) {
    return {item.name, item.version, item.url, item.digest, {}, {}};
}

std::vector<VerifiedFile> download_all(std::vector<BundledArtifact>& items, const Staging& staging,
                                       const FetchOptions& options, FetchObserver& observer,
                                       EventLoop& loop) {
    std::vector<std::optional<VerifiedFile>> files(items.size());
    auto errors = run_parallel(loop, items.size(), options.parallel, [&](std::size_t index) {
        const auto begin = std::chrono::steady_clock::now();
        const auto artifact = download_of(items[index]);
        files[index] = Downloader(loop, options, observer).download(artifact, staging.file(index));
        items[index].size = files[index]->size();
        observer.published(artifact, std::chrono::steady_clock::now() - begin);
    });
    if (!errors.empty()) {
        throw errors.front();
    }
    std::vector<VerifiedFile> out;
    out.reserve(files.size());
    for (auto& file : files) {
        out.push_back(*std::move(file));
    }
    return out;
}

struct ImageFile {
    BundledImage image;
    UniqueFd fd;
};

ImageFile read_image(const fs::path& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) < 0) {
        throw system_error(errno, "open the image archive " + path.string());
    }
    const auto entry = "images/" + path.filename().string();
    if (!S_ISREG(status.st_mode) || !is_entry_path(entry)) {
        throw Error("the image archive " + path.string() + " is not a file", ExitStatus::usage);
    }
    return with_context("reading the image archive " + path.string(), [&] {
        auto names = image_names(fd.get());
        const auto hex = hash_file(fd.get(), HashAlgorithm::sha256, path.string());
        return ImageFile{{std::move(names), *Digest::parse("sha256:" + hex), entry,
                          static_cast<std::uint64_t>(status.st_size)},
                         std::move(fd)};
    });
}

std::vector<ImageFile> read_images(const std::vector<fs::path>& paths, EventLoop& loop) {
    std::vector<ImageFile> images;
    for (const auto& path : paths) {
        run_in_worker(loop, [&](const std::stop_token&) { images.push_back(read_image(path)); });
        const auto same = [&](const ImageFile& other) {
            return &other != &images.back() && other.image.path == images.back().image.path;
        };
        if (std::ranges::any_of(images, same)) {
            throw Error("two image archives are called " + path.filename().string(),
                        ExitStatus::usage)
                .try_this("give each archive a name of its own");
        }
    }
    return images;
}

} // namespace

std::vector<BundledArtifact> bundled_artifacts(const std::vector<ArtifactFor>& artifacts) {
    std::vector<BundledArtifact> items;
    for (const auto& [artifact, architecture] : artifacts) {
        const auto path = bundle_path(artifact.url);
        const auto same = std::ranges::find(items, path, &BundledArtifact::path);
        if (same == items.end()) {
            items.push_back({artifact.name,
                             artifact.version,
                             {architecture},
                             artifact.url,
                             artifact.digest,
                             path});
        } else if (same->digest != artifact.digest) {
            throw Error("the release pins two digests for " + artifact.url,
                        ExitStatus::configuration);
        } else if (std::ranges::find(same->architectures, architecture) ==
                   same->architectures.end()) {
            same->architectures.push_back(architecture);
            std::ranges::sort(same->architectures);
        }
    }
    std::ranges::sort(items, {}, &BundledArtifact::path);
    return items;
}

BundleManifest create_bundle(const fs::path& path, const BundleContent& content,
                             const FetchOptions& options, FetchObserver& observer,
                             EventLoop& loop) {
    auto images = read_images(content.images, loop); // what is wrong with them is known at once
    BundleManifest manifest{content.release,
                            content.release_text,
                            content.profiles,
                            bundled_artifacts(content.artifacts),
                            {}};
    std::ranges::sort(manifest.profiles);
    const Staging staging(path.parent_path() /
                          ("." + path.filename().string() + ".k8s-node-downloads"));
    const auto files = download_all(manifest.artifacts, staging, options, observer, loop);
    EntryFiles entries;
    for (std::size_t i = 0; i < files.size(); ++i) {
        entries[manifest.artifacts[i].path] = files[i].fd();
    }
    for (const auto& image : images) {
        manifest.images.push_back(image.image);
        entries[image.image.path] = image.fd.get();
    }
    std::ranges::sort(manifest.images, {}, &BundledImage::path);
    run_in_worker(loop, [&](const std::stop_token&) { write_bundle(path, manifest, entries); });
    return manifest;
}

} // namespace k8s_node
