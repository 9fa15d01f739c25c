// Foreign data where a component will keep its own: another database, the images of another
// runtime.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/cleanup.hpp"
#include "support/files.hpp"

namespace k8s_node::host {

struct ForeignData {
    std::string path;         ///< "/var/lib/etcd"
    std::string what;         ///< "the database of an etcd member (member)"
    std::string trouble = {}; ///< why it cannot be looked at; `what` is empty then
    bool operator==(const ForeignData&) const = default;
};

/// Returns the directories and files among `cleanup` that contain data. `known` paths and
/// everything below them do not count, nor do directories without files, what mke2fs(8) creates
/// in a new file system, and patterns: they are narrow enough to be the component's own. The
/// operator's links are followed at the top. What cannot be looked at may be data, so it is among
/// them.
[[nodiscard]] std::vector<ForeignData> find_foreign_data(const Root& root, const Cleanup& cleanup,
                                                         const std::set<std::string>& known);

} // namespace k8s_node::host
