#include "runtime_resources/network_namespace_resource.hpp"

#include <filesystem>

#include "teardown/remover.hpp"

namespace k8s_node {

namespace {

class NetworkNamespaceKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "network namespace"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (const auto& path : removal.scope.network_namespaces) {
            if (path_exists(removal.root.at(path))) {
                out.push_back({name(), std::filesystem::path(path).filename().string()});
            }
        }
        return out;
    }

    /// Unmounted by then, only their files are left.
    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_data) {
            return;
        }
        for (const auto& path : removal.scope.network_namespaces) {
            teardown::remove_tree(removal.root.at(path), teardown::Top::remove);
        }
    }
};

} // namespace

const ResourceKind& network_namespace_kind() {
    static const NetworkNamespaceKind kind;
    return kind;
}

} // namespace k8s_node
