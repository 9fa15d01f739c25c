#include "generations/rotation_file.hpp"

#include "generations/ledger.hpp"

namespace k8s_node {

std::filesystem::path rotation_file(const Root& root) {
    return root.at(paths::state) / "rotation.json";
}

} // namespace k8s_node
