#include "model/generation.hpp"

#include <string_view>

namespace k8s_node {

std::string place_of(const std::string& path) {
    if (path.starts_with("config/")) {
        return "/etc/k8s-node/current/" + path;
    }
    for (const std::string_view folder : {"host", "links"}) {
        if (path.starts_with(folder) && path.substr(folder.size()).starts_with('/')) {
            return path.substr(folder.size());
        }
    }
    return {};
}

} // namespace k8s_node
