#include "host/nearest_existing.hpp"

namespace k8s_node::host {

namespace fs = std::filesystem;

fs::path nearest_existing(fs::path path) {
    std::error_code error;
    while (!fs::exists(path, error) && path.has_relative_path()) {
        path = path.parent_path();
    }
    return path;
}

} // namespace k8s_node::host
