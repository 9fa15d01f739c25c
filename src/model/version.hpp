// Versions of Kubernetes and etcd, as numbers that can be compared.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace k8s_node {

struct Version {
    int major = 0;
    int minor = 0;
    int patch = 0;
    auto operator<=>(const Version&) const = default;

    /// "1.36.5"
    [[nodiscard]] std::string text() const;
    /// "1.36": the minor version, which the version skew policy is about.
    [[nodiscard]] std::string minor_text() const;
};

/// Parses "1.36.5", "v1.36.5", "1.36"; ignores whatever follows the numbers ("-rc.1",
/// "+vendor1"). nullopt for anything else.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

} // namespace k8s_node
