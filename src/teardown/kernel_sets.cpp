#include "teardown/kernel_sets.hpp"

#include <algorithm>
#include <fnmatch.h>

#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace k8s_node::teardown {

namespace {

void run_or_throw(const std::vector<std::string>& words) {
    const auto result = run_program(words);
    if (result.status != 0) {
        throw Error(join(words, " ") + ": " + std::string(trim(result.errors)));
    }
}

/// Nothing where the kernel lacks what the program lists. Throws Error for any
/// other failure: what cannot be listed is not known to be clean.
std::vector<std::string> list(const std::vector<std::string>& words) {
    const auto result = run_program(words);
    if (result.status == 0) {
        return split_lines(result.output);
    }
    for (const char* lacks : {"Protocol not supported", "Cannot open session to kernel"}) {
        if (result.errors.find(lacks) != std::string::npos) {
            return {};
        }
    }
    throw Error(join(words, " ") + ": " + std::string(trim(result.errors)))
        .try_this("run it by hand; when it works, run the same command again");
}

} // namespace

std::vector<std::string> find_ipsets(const std::vector<std::string>& patterns) {
    std::vector<std::string> found;
    if (patterns.empty() || !has_program("ipset")) {
        return found;
    }
    for (const auto& name : list({"ipset", "list", "-name"})) {
        if (std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
                return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
            })) {
            found.push_back(name);
        }
    }
    return found;
}

void remove_ipset(const std::string& name) {
    run_or_throw({"ipset", "destroy", name});
}

std::vector<std::string> find_nftables(const std::vector<std::string>& names) {
    std::vector<std::string> found;
    if (names.empty() || !has_program("nft")) {
        return found;
    }
    for (const auto& line : list({"nft", "list", "tables"})) {
        const auto words = split(line, ' '); // "table ip kube-proxy"
        if (words.size() == 3 && std::find(names.begin(), names.end(), words[2]) != names.end()) {
            found.push_back(words[1] + " " + words[2]);
        }
    }
    return found;
}

void remove_nftables(const std::string& table) {
    const auto words = split(table, ' ');
    run_or_throw({"nft", "delete", "table", words.at(0), words.at(1)});
}

} // namespace k8s_node::teardown
