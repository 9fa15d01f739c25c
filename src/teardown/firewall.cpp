#include "teardown/firewall.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace k8s_node::teardown {

namespace {

bool may_have_rules(const Leavings& leaves) {
    return !leaves.firewall_chains.empty() || !leaves.firewall_comments.empty();
}

/// Both back ends keep rules of their own, whichever `iptables` means here.
std::vector<std::string> variants() {
    std::vector<std::string> found;
    for (const std::string family : {"iptables", "ip6tables"}) {
        bool any = false;
        for (const std::string back_end : {"-legacy", "-nft"}) {
            if (has_program(family + back_end + "-save")) {
                found.push_back(family + back_end);
                any = true;
            }
        }
        if (!any && has_program(family + "-save")) {
            found.push_back(family);
        }
    }
    return found;
}

std::string last_words(const ProgramResult& result) {
    const auto lines = split_lines(result.errors);
    return lines.empty() ? "exit status " + std::to_string(result.status) : lines.front();
}

/// A kernel without this back end has no rules in it.
bool kernel_lacks_it(const ProgramResult& result) {
    for (const char* words : {"Protocol not supported", "Table does not exist",
                              "Address family not supported by protocol"}) {
        if (result.errors.find(words) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// The tables that one variant knows. Throws Error: what cannot be read is not
/// known to be clean.
std::vector<FirewallTable> read_tables(const std::string& variant) {
    const auto result = run_program({variant + "-save"});
    if (result.status == 0) {
        return parse_firewall(result.output);
    }
    if (kernel_lacks_it(result)) {
        return {};
    }
    throw Error("the rules of " + variant + " cannot be read: " + last_words(result))
        .try_this("run " + variant + "-save by hand; when it works, run the same command again");
}

void look_at(const std::string& variant, const Leavings& leaves, std::vector<std::string>& found) {
    for (const auto& table : read_tables(variant)) {
        const auto part = our_part(table, leaves);
        for (const auto& chain : part.chains) {
            found.push_back(variant + " " + table.name + ": chain " + chain);
        }
        for (const auto& rule : part.rules) {
            found.push_back(variant + " " + table.name + ": rule " + rule);
        }
    }
}

} // namespace

std::vector<std::string> missing_firewall_programs(const Leavings& leaves) {
    if (!may_have_rules(leaves)) {
        return {};
    }
    const auto known = variants();
    std::vector<std::string> missing;
    if (std::ranges::none_of(known, [](const auto& one) { return one.starts_with("iptables"); })) {
        missing.emplace_back("iptables-save");
    }
    for (const auto& variant : known) {
        if (!has_program(variant + "-restore")) {
            missing.push_back(variant + "-restore");
        }
    }
    return missing;
}

std::vector<std::string> find_firewall(const Leavings& leaves) {
    std::vector<std::string> found;
    if (!may_have_rules(leaves)) {
        return found;
    }
    for (const auto& variant : variants()) {
        try {
            look_at(variant, leaves, found);
        } catch (const Error& error) {
            found.push_back(error.message());
        }
    }
    return found;
}

void remove_firewall(const Leavings& leaves) {
    if (!may_have_rules(leaves)) {
        return;
    }
    for (const auto& variant : variants()) {
        const auto text = removal_text(read_tables(variant), leaves);
        if (text.empty()) {
            continue;
        }
        std::vector<std::string> words = {variant + "-restore", "--noflush"};
        if (variant.find("nft") == std::string::npos) {
            words.emplace_back("--wait=10"); // others may hold the lock of the tables
        }
        const auto result = run_program(words, text);
        if (result.status != 0) {
            throw Error("taking the node's rules out of " + variant + ": " + last_words(result))
                .try_this("somebody may have changed the rules meanwhile; run the same command "
                          "again");
        }
    }
}

} // namespace k8s_node::teardown
