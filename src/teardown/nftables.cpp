#include "teardown/nftables.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace k8s_node::teardown {

namespace {

/// Returns nothing if the kernel has no nftables. Throws Error for any other failure, because
/// tables that cannot be listed are not known to be clean.
std::vector<std::string> list_tables() {
    const auto result = run_program({"nft", "list", "tables"});
    if (result.status == 0) {
        return split_lines(result.output);
    }
    if (result.errors.find("Protocol not supported") != std::string::npos) {
        return {};
    }
    throw Error("nft list tables: " + std::string(trim(result.errors)))
        .try_this("run it manually; when it works, run the same command again");
}

} // namespace

std::vector<std::string> find_nftables(const std::vector<std::string>& names) {
    std::vector<std::string> found;
    if (names.empty() || !has_program("nft")) {
        return found;
    }
    for (const auto& line : list_tables()) {
        const auto fields = split(line, ' '); // "table ip kube-proxy"
        if (fields.size() == 3 && std::find(names.begin(), names.end(), fields[2]) != names.end()) {
            found.push_back(fields[1] + " " + fields[2]);
        }
    }
    return found;
}

void remove_nftables(const std::string& table) {
    const auto fields = split(table, ' ');
    run_successfully({"nft", "delete", "table", fields.at(0), fields.at(1)});
}

} // namespace k8s_node::teardown
