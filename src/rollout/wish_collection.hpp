// Where the services of a rollout watch its wish.
#pragma once

#include "rollout/wish.hpp"
#include "watch/list_watch.hpp"

namespace k8s_node::rollout {

/// Returns the one object of a rollout as a collection: what a role may name, a watch may follow.
[[nodiscard]] inline watch::Collection wish_collection() {
    return {objects_path, std::string("fieldSelector=metadata.name%3D") + object_name,
            "the ConfigMap k8s-node-rollout"};
}

} // namespace k8s_node::rollout
