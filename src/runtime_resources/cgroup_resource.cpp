#include "runtime_resources/cgroup_resource.hpp"

#include "unit_resources/unit_resource.hpp"

namespace k8s_node {

namespace {

class CgroupKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "cgroup"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (const auto& group : removal.host.cgroups(removal.scope.ledger.cleanup.cgroups)) {
            out.push_back({name(), group.string()});
        }
        return out;
    }

    /// After their processes. systemd's slices are stopped, so that it forgets them.
    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::end_processes) {
            return;
        }
        const auto& groups = removal.scope.ledger.cleanup.cgroups;
        std::vector<std::string> slices;
        for (const auto& group : groups) {
            if (group.ends_with(".slice")) {
                slices.push_back(group);
            }
        }
        stop_units(slices, removal);
        for (const auto& group : removal.host.cgroups(groups)) {
            removal.host.remove_cgroup(group);
        }
    }
};

} // namespace

const ResourceKind& cgroup_kind() {
    static const CgroupKind kind;
    return kind;
}

} // namespace k8s_node
