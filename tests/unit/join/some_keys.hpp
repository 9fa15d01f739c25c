// Keys of a cluster for tests, made once: with elliptic curves that takes no time.
#pragma once

#include "seed/seed.hpp"

namespace k8s_node {

inline const ClusterKeys& some_keys() {
    static const ClusterKeys keys = create_cluster_keys();
    return keys;
}

inline const ClusterKeys& other_keys() {
    static const ClusterKeys keys = create_cluster_keys();
    return keys;
}

} // namespace k8s_node
