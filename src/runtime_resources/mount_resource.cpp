#include "runtime_resources/mount_resource.hpp"

#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

class MountKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "mount"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        std::vector<Leftover> out;
        for (auto& mount : removal.host.mounts(removal.scope.mounts)) {
            out.push_back({name(), std::move(mount.point)});
        }
        return out;
    }

    /// Names each mount that cannot be unmounted, and its users: nothing may be deleted then.
    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::unmount) {
            return;
        }
        const auto stuck = removal.host.unmount(removal.scope.mounts);
        if (stuck.empty()) {
            return;
        }
        Error error("nothing is deleted while something is still mounted below it",
                    ExitStatus::residue);
        for (const auto& mount : stuck) {
            error.with_detail(mount.point + ": " + mount.why +
                              (mount.users.empty() ? "" : ", used by " + join(mount.users, ", ")));
        }
        throw error.try_this(
            "stop what uses it or unmount it by hand, then run the same command again");
    }
};

} // namespace

const ResourceKind& mount_kind() {
    static const MountKind kind;
    return kind;
}

} // namespace k8s_node
