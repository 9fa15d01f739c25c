// The container images of a bundle, imported while a node is installed.
#pragma once

#include <optional>

#include "generations/system.hpp"
#include "loop/background.hpp"
#include "node/desired.hpp"

namespace k8s_node {

/// Imports what the node's containerd does not have yet of the open bundle's images, and waits for
/// it. Does nothing without a bundle, without images in it, where no systemd runs, and on a node
/// without containerd.
void import_bundled_images(const NodeOptions& options, const DesiredNode& node, System& system);

/// Does this beside the installation, from the moment in which containerd answers: pods, and the
/// check whether they run, need the images before the installation ends. All that is given must
/// outlive it.
class BundledImages {
public:
    BundledImages(const NodeOptions& options, const DesiredNode& node, System& system);
    /// Waits for the end, and throws what failed.
    void finish();

private:
    std::optional<Background> work_;
};

} // namespace k8s_node
