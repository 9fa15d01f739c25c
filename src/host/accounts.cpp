#include "host/accounts.hpp"

#include "support/text.hpp"

namespace k8s_node::host {

namespace {

std::set<std::string> names_in(const std::string& text) {
    std::set<std::string> names;
    for (const auto& line : split_lines(text)) {
        names.insert(line.substr(0, line.find(':')));
    }
    return names;
}

} // namespace

std::set<std::string> user_names(const Root& root) {
    return names_in(read_file_if_exists(root.at("/etc/passwd")).value_or(""));
}

std::set<std::string> group_names(const Root& root) {
    return names_in(read_file_if_exists(root.at("/etc/group")).value_or(""));
}

} // namespace k8s_node::host
