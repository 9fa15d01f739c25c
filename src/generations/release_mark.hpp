// The mark of a generation whose release came out of a bundle.
#pragma once

namespace k8s_node {

/// A file of the generation; its content says nothing.
inline constexpr const char* release_of_bundle = "release-of-bundle";

} // namespace k8s_node
