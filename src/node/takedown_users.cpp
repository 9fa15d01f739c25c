#include <set>

#include "node/takedown.hpp"
#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Of the users in passwd(5), of the groups in group(5).
std::set<std::string> names(const char* file) {
    std::set<std::string> out;
    for (const auto& line : split_lines(read_file_if_exists(file).value_or(""))) {
        out.insert(line.substr(0, line.find(':')));
    }
    return out;
}

void run_or_throw(const std::vector<std::string>& words) {
    const auto result = run_program(words);
    if (result.status != 0) {
        throw Error(join(words, " ") + ": " + std::string(trim(result.errors)));
    }
}

} // namespace

void remove_users(Takedown& takedown) {
    if (takedown.scope.keep.data) {
        return; // they own the data
    }
    for (const auto& user : takedown.scope.ledger.users) {
        if (names("/etc/passwd").contains(user)) {
            run_or_throw({"userdel", user});
        }
    }
    // One by the name of its user goes with that, unless a kill came between.
    for (const auto& group : takedown.scope.ledger.users) {
        if (names("/etc/group").contains(group) &&
            !takedown.scope.ledger.found.contains("group " + group)) {
            run_or_throw({"groupdel", group});
        }
    }
}

} // namespace k8s_node
