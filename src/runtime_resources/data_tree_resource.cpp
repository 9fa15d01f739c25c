#include "runtime_resources/data_tree_resource.hpp"

#include <algorithm>

#include "teardown/remover.hpp"

namespace k8s_node {

namespace {

/// True for a tree of which something is to stay, and nothing else is left.
bool holds_only_what_stays(const std::string& tree, const Removal& removal,
                           const std::set<std::string>& kept) {
    const auto& scope = removal.scope;
    const bool stays = scope.emptied.contains(tree) || scope.kept.contains(tree);
    const bool leads = std::any_of(scope.kept.begin(), scope.kept.end(),
                                   [&](const auto& one) { return one.starts_with(tree + "/"); });
    return (stays || leads) && is_empty_of_all_but(removal.root.at(tree), kept);
}

class DataTreeKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "data"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        const auto kept = under_root(removal.scope.kept, removal.root);
        std::vector<Leftover> out;
        for (const auto& tree : removal.scope.trees) {
            if (path_exists(removal.root.at(tree)) && !holds_only_what_stays(tree, removal, kept)) {
                out.push_back({"path", tree});
            }
        }
        return out;
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_data) {
            return;
        }
        const auto& scope = removal.scope;
        const auto kept = under_root(scope.kept, removal.root);
        for (const auto& tree : scope.trees) {
            const auto top =
                scope.emptied.contains(tree) ? teardown::Top::keep : teardown::Top::remove;
            teardown::remove_tree(removal.root.at(tree), top, kept);
        }
    }
};

} // namespace

const ResourceKind& data_tree_kind() {
    static const DataTreeKind kind;
    return kind;
}

} // namespace k8s_node
