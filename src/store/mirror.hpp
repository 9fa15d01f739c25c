// The sources that an artifact is downloaded from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// A source to try. `mirror` tells whether the mirrors' CA certificates are trusted.
struct DownloadSource {
    std::string url;
    bool mirror = false;
    bool operator==(const DownloadSource&) const = default;
};

/// "https://mirror/x" + "https://dl.k8s.io/v1/a" = "https://mirror/x/dl.k8s.io/v1/a".
[[nodiscard]] std::string mirror_url(std::string_view mirror, std::string_view upstream);

/// Returns the mirrors in order, or upstream alone if there are none.
[[nodiscard]] std::vector<DownloadSource> download_sources(std::span<const std::string> mirrors,
                                                           std::string_view upstream);

/// Returns the URL for logs, without user, password and query.
[[nodiscard]] std::string printable_url(std::string_view url);

} // namespace k8s_node
