#include "resources/user_resource.hpp"

#include "host/accounts.hpp"

namespace k8s_node {

namespace {

/// True for a group that came with its user.
bool is_our_group(const Ledger& ledger, const std::string& name) {
    return !ledger.found.contains("group " + name);
}

class UserKind final : public ResourceKind {
public:
    [[nodiscard]] const char* name() const override { return "user"; }

    [[nodiscard]] std::vector<Leftover> owned(const Removal& removal) const override {
        const auto& ledger = removal.scope.ledger;
        std::vector<Leftover> out;
        if (removal.scope.keep.data) {
            return out;
        }
        const auto users = host::user_names(removal.root);
        for (const auto& user : ledger.users) {
            if (users.contains(user)) {
                out.push_back({name(), user});
            }
        }
        const auto groups = host::group_names(removal.root);
        for (const auto& group : ledger.users) {
            if (groups.contains(group) && is_our_group(ledger, group)) {
                out.push_back({"group", group});
            }
        }
        return out;
    }

    void remove(RemovalStage stage, Removal& removal) const override {
        if (stage != RemovalStage::remove_users || removal.scope.keep.data) {
            return;
        }
        const auto& ledger = removal.scope.ledger;
        for (const auto& user : ledger.users) {
            if (host::user_names(removal.root).contains(user)) {
                removal.host.remove_user(user);
            }
        }
        // userdel removes a group with the name of its user, unless a kill came in between.
        for (const auto& group : ledger.users) {
            if (host::group_names(removal.root).contains(group) && is_our_group(ledger, group)) {
                removal.host.remove_group(group);
            }
        }
    }

    [[nodiscard]] std::vector<NeededProgram>
    missing_programs(const Removal& removal) const override {
        std::vector<NeededProgram> missing;
        if (removal.scope.keep.data) {
            return missing;
        }
        const auto users = host::user_names(removal.root);
        const auto groups = host::group_names(removal.root);
        for (const auto& user : removal.scope.ledger.users) {
            if (users.contains(user) && !removal.host.has_program("userdel")) {
                missing.push_back({"userdel", "remove the user " + user});
            }
            if (groups.contains(user) && !removal.host.has_program("groupdel")) {
                missing.push_back({"groupdel", "remove the group " + user});
            }
        }
        return missing;
    }
};

} // namespace

const ResourceKind& user_kind() {
    static const UserKind kind;
    return kind;
}

} // namespace k8s_node
