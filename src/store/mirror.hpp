// Where an artifact is downloaded from.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// A place to try. `mirror` tells whether the mirrors' certificates count.
struct DownloadSource {
    std::string url;
    bool mirror = false;
    bool operator==(const DownloadSource&) const = default;
};

/// "https://mirror/x" + "https://dl.k8s.io/v1/a" = "https://mirror/x/dl.k8s.io/v1/a".
[[nodiscard]] std::string mirror_url(std::string_view mirror, std::string_view upstream);

/// The mirrors in their order, or upstream alone where there is none.
[[nodiscard]] std::vector<DownloadSource> download_sources(std::span<const std::string> mirrors,
                                                           std::string_view upstream);

/// The URL as it may be logged: user, password and query are left out.
[[nodiscard]] std::string printable_url(std::string_view url);

} // namespace k8s_node
