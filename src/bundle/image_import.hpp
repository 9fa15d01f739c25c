// Container images of a bundle, brought into containerd.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "bundle/bundle.hpp"
#include "loop/event_loop.hpp"
#include "store/fetch_options.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// How the containerd of a node is reached.
struct ImageStore {
    std::string ctr;               ///< containerd's client, an absolute path
    std::string socket;            ///< containerd's
    std::filesystem::path staging; ///< a file that may be replaced, on a file system with space
    std::string first;             ///< the image that pods' sandboxes need, imported before others
};

/// Waits until containerd answers and imports the images that it does not have from these archives,
/// pinned: neither kubelet nor containerd removes them to gain space. Each archive is copied and
/// verified before containerd sees it. Returns how many archives were imported. Throws Error; what
/// was imported stays, and a repeated call goes on from there.
std::size_t import_images(const BundleFile& bundle, const ImageStore& store, EventLoop& loop,
                          EventSink& events, FetchObserver& observer);

/// Returns the digests of the archives from which pinned images were imported, of the output of
/// `ctr images list`. Pure.
[[nodiscard]] std::set<std::string> imported_archives(std::string_view listing);

} // namespace k8s_node
