#include "node/reset_programs.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"
#include "teardown/firewall.hpp"

namespace k8s_node {

namespace {

struct Need {
    std::string program;
    std::string what; ///< that it is to do
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
    const auto& leaves = scope.ledger.leaves;
    if (!leaves.nftables_tables.empty() && scope.ledger.programs.contains("nft")) {
        needs.push_back({"nft", "remove tables of nftables"});
    }
}

} // namespace

void require_programs(const ResetScope& scope) {
    std::vector<Need> needs;
    add_for_users(scope, needs);
    add_for_kernel(scope, needs);
    std::erase_if(needs, [](const Need& need) { return has_program(need.program); });
    for (auto& program : teardown::missing_firewall_programs(scope.ledger.leaves)) {
        needs.push_back({std::move(program), "find and remove rules of the firewall"});
    }
    if (needs.empty()) {
        return;
    }
    Error error("programs are missing without which the node cannot be taken off completely",
                ExitStatus::unsuitable);
    for (const auto& need : needs) {
        error.with_detail(need.program + ", to " + need.what);
    }
    throw error.try_this("install the operating system's packages that bring them, then run the "
                         "same command again; nothing was changed");
}

} // namespace k8s_node
