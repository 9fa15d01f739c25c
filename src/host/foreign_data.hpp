// Data that lie where a component will keep its own: somebody else's database,
// the images of another runtime.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/leavings.hpp"
#include "support/files.hpp"

namespace k8s_node::host {

struct ForeignData {
    std::string path; ///< "/var/lib/etcd"
    std::string what; ///< "the database of an etcd member (member)"
    bool operator==(const ForeignData&) const = default;
};

/// The directories and files among `leaves` that hold something. `known` paths
/// and all below them do not count, nor do directories without a file in them,
/// what mke2fs(8) makes in a new file system, and names that are patterns: they
/// are narrow enough to be the component's own. Links of the operator's are
/// followed at the top.
[[nodiscard]] std::vector<ForeignData> find_foreign_data(const Root& root, const Leavings& leaves,
                                                         const std::set<std::string>& known);

} // namespace k8s_node::host
