#include "node/bundled_images.hpp"

#include <algorithm>

#include "bundle/image_import.hpp"
#include "store/staging.hpp"

namespace k8s_node {

namespace {

constexpr const char* client = "bin/ctr";

/// Returns the path of containerd's client, empty for a node without one.
std::string find_client(const NodeSpec& spec, const Store& store) {
    for (const auto& artifact : spec.artifacts) {
        const bool has_it = std::ranges::any_of(
            artifact.members, [](const ArchiveMember& member) { return member.to == client; });
        if (has_it) {
            return (store.entry(artifact) / client).string();
        }
    }
    return {};
}

/// nullopt if there is nothing to do.
std::optional<ImageStore> image_store(const NodeOptions& options, const DesiredNode& node,
                                      const System& system) {
    const auto& sandbox = node.spec.reliance.sandbox;
    const bool has_images =
        options.opened_bundle != nullptr && !options.opened_bundle->manifest().images.empty();
    const auto ctr = find_client(node.spec, system.store);
    if (!has_images || system.services == nullptr || ctr.empty() || sandbox.socket.empty()) {
        return std::nullopt;
    }
    return ImageStore{ctr, sandbox.socket, staged_file(system.store.directory(), "image"),
                      sandbox.image};
}

} // namespace

void import_bundled_images(const NodeOptions& options, const DesiredNode& node, System& system) {
    if (const auto store = image_store(options, node, system)) {
        import_images(*options.opened_bundle, *store, system.loop, system.events, system.fetches);
    }
}

BundledImages::BundledImages(const NodeOptions& options, const DesiredNode& node, System& system) {
    if (image_store(options, node, system)) {
        work_.emplace(system.loop,
                      [&options, &node, &system] { import_bundled_images(options, node, system); });
    }
}

void BundledImages::finish() {
    if (work_) {
        work_->finish();
    }
}

} // namespace k8s_node
