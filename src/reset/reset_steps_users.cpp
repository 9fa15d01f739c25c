#include <set>

#include "reset/reset_steps.hpp"
#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Returns the names in passwd(5) or group(5).
std::set<std::string> names(const char* file) {
    std::set<std::string> out;
    for (const auto& line : split_lines(read_file_if_exists(file).value_or(""))) {
        out.insert(line.substr(0, line.find(':')));
    }
    return out;
}

void run_or_throw(const std::vector<std::string>& argv) {
    const auto result = run_program(argv);
    if (result.status != 0) {
        throw Error(join(argv, " ") + ": " + std::string(trim(result.errors)));
    }
}

} // namespace

void remove_users(ResetSteps& reset_steps) {
    if (reset_steps.scope.keep.data) {
        return; // they own the data
    }
    for (const auto& user : reset_steps.scope.ledger.users) {
        if (names("/etc/passwd").contains(user)) {
            run_or_throw({"userdel", user});
        }
    }
    // userdel removes a group with the name of its user, unless a kill came in between.
    for (const auto& group : reset_steps.scope.ledger.users) {
        if (names("/etc/group").contains(group) &&
            !reset_steps.scope.ledger.found.contains("group " + group)) {
            run_or_throw({"groupdel", group});
        }
    }
}

} // namespace k8s_node
