#include "resources/state_resource.hpp"

#include "generations/finalize.hpp"
#include "generations/redeploy_state.hpp"
#include "generations/rotation_file.hpp"
#include "teardown/remover.hpp"

namespace k8s_node {

namespace {

/// Returns the state files that stay after a reset that keeps something.
std::set<std::string> remembered(const Removal& removal) {
    std::set<std::string> files = {removal.root.at(paths::ledger).string()};
    if (removal.scope.keep.state) {
        files.insert(redeploy_state_file(removal.root).string());
        files.insert(intended_release(removal.root).string());
    }
    if (removal.scope.keep.identity) { // which of the keys that stay is the new one
        files.insert(rotation_file(removal.root).string());
    }
    return files;
}

class StateKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "state"; }

    /// Only what a removal that was killed at its very end has left: until then the state is what
    /// tells a node from none.
    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (const auto& place : unfinalized(removal.root)) {
            out.push_back({"path", "/" + place.lexically_relative(removal.root.path()).string()});
        }
        return out;
    }

    [[nodiscard]] bool is_needed_to_repeat() const override { return true; }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage == RemovalStage::end) {
            teardown::remove_tree(removal.root.at(paths::state), teardown::Top::keep,
                                  remembered(removal));
        }
    }
};

} // namespace

const ResourceKind& state_kind() {
    static const StateKind kind;
    return kind;
}

} // namespace k8s_node
