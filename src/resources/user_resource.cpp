#include "resources/user_resource.hpp"

#include "support/files.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr const char* users_file = "/etc/passwd";
constexpr const char* groups_file = "/etc/group";

/// Returns the names in passwd(5) or group(5).
std::set<std::string> names(const char* file, const Root& root) {
    std::set<std::string> out;
    for (const auto& line : split_lines(read_file_if_exists(root.at(file)).value_or(""))) {
        out.insert(line.substr(0, line.find(':')));
    }
    return out;
}

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
        const auto users = names(users_file, removal.root);
        for (const auto& user : ledger.users) {
            if (users.contains(user)) {
                out.push_back({name(), user});
            }
        }
        const auto groups = names(groups_file, removal.root);
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
            if (names(users_file, removal.root).contains(user)) {
                removal.host.remove_user(user);
            }
        }
        // userdel removes a group with the name of its user, unless a kill came in between.
        for (const auto& group : ledger.users) {
            if (names(groups_file, removal.root).contains(group) && is_our_group(ledger, group)) {
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
        const auto users = names(users_file, removal.root);
        const auto groups = names(groups_file, removal.root);
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
