#include "model/etcd_version.hpp"

#include <string>
#include <string_view>

namespace k8s_node {

namespace {

constexpr std::string_view prefix = "etcd-";

std::optional<Version> version_of(const std::filesystem::path& entry) {
    const auto name = entry.filename().string();
    return name.starts_with(prefix) ? parse_version(name.substr(prefix.size())) : std::nullopt;
}

} // namespace

std::optional<std::filesystem::path> etcd_entry(const Manifest& manifest) {
    for (const auto& entry : manifest.store_entries) {
        if (version_of(entry)) {
            return entry;
        }
    }
    return std::nullopt;
}

std::optional<Version> etcd_version(const Manifest& manifest) {
    const auto entry = etcd_entry(manifest);
    return entry ? version_of(*entry) : std::nullopt;
}

} // namespace k8s_node
