// Artifacts that lie on this machine already, within a larger file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/artifact.hpp"

namespace k8s_node {

/// The bytes of an artifact within an open file. Nothing about them is trusted: they are copied
/// and verified as if they had been downloaded.
struct LocalCopy {
    int fd = -1; ///< belongs to the source
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::string label; ///< for messages, in the place of a URL
};

class LocalSource {
public:
    LocalSource() = default;
    LocalSource(const LocalSource&) = delete;
    LocalSource& operator=(const LocalSource&) = delete;
    LocalSource(LocalSource&&) = delete;
    LocalSource& operator=(LocalSource&&) = delete;
    virtual ~LocalSource() = default;

    /// Returns what the source is, for messages: "the bundle /media/node.bundle".
    [[nodiscard]] virtual std::string label() const = 0;
    /// nullopt if the source does not have it.
    [[nodiscard]] virtual std::optional<LocalCopy> find(const Artifact& artifact) const = 0;
    /// Returns why find() found nothing, as a sentence for an operator.
    [[nodiscard]] virtual std::string absence(const Artifact& artifact) const = 0;
};

} // namespace k8s_node
