#include "reset/reset_programs.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "teardown/firewall.hpp"

namespace k8s_node {

namespace {

struct Need {
    std::string program;
    std::string what; ///< what it is needed for
};

bool has_entry(const char* file, const std::string& name) {
    const auto text = "\n" + read_file_if_exists(file).value_or("");
    return text.find("\n" + name + ":") != std::string::npos;
}

void add_for_users(const ResetScope& scope, std::vector<Need>& needs) {
    if (scope.keep.data) {
        return; // they own the data
    }
    for (const auto& user : scope.ledger.users) {
        if (has_entry("/etc/passwd", user)) {
            needs.push_back({"userdel", "remove the user " + user});
        }
        if (has_entry("/etc/group", user)) {
            needs.push_back({"groupdel", "remove the group " + user});
        }
    }
}

void add_for_kernel(const ResetScope& scope, std::vector<Need>& needs) {
    const auto& cleanup = scope.ledger.cleanup;
    if (!cleanup.nftables_tables.empty() && scope.ledger.programs.contains("nft")) {
        needs.push_back({"nft", "remove nftables tables"});
    }
}

} // namespace

void require_programs(const ResetScope& scope) {
    std::vector<Need> needs;
    add_for_users(scope, needs);
    add_for_kernel(scope, needs);
    std::erase_if(needs, [](const Need& need) { return has_program(need.program); });
    for (auto& program : teardown::missing_firewall_programs(scope.ledger.cleanup)) {
        needs.push_back({std::move(program), "find and remove firewall rules"});
    }
    if (needs.empty()) {
        return;
    }
    Error error("programs are missing without which the node cannot be removed completely",
                ExitStatus::unsuitable);
    for (const auto& need : needs) {
        error.with_detail(need.program + ", to " + need.what);
    }
    throw error.try_this("install the operating system's packages that contain them, then run the "
                         "same command again; nothing was changed");
}

} // namespace k8s_node
