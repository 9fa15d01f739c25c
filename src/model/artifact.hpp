// One thing to download, resolved for one architecture.
#pragma once

#include <string>
#include <vector>

#include "model/digest.hpp"

namespace k8s_node {

/// A member to extract from an archive: its name there (without a leading "./") and its path in
/// the store entry ("bin/kubelet").
struct ArchiveMember {
    std::string from;
    std::string to;
    bool operator==(const ArchiveMember&) const = default;
};

/// A pinned artifact. Either an archive (members not empty) or a plain file
/// (`file` is its path in the store entry).
struct Artifact {
    std::string name;    ///< "kubernetes-server"
    std::string version; ///< "1.36.5"
    std::string url;     ///< upstream's URL, without variables
    Digest digest;
    std::vector<ArchiveMember> members;
    std::string file;
    unsigned file_mode = 0755; ///< of a plain file
    bool operator==(const Artifact&) const = default;

    /// "<name>-<version>-<first 12 hex digits of the digest>": the name of the
    /// entry in the store.
    [[nodiscard]] std::string store_name() const {
        return name + "-" + version + "-" + digest.hex().substr(0, 12);
    }
};

} // namespace k8s_node
