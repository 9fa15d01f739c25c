#include "teardown/firewall.hpp"

#include <algorithm>

#include "support/error.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace k8s_node::teardown {

namespace {

bool may_have_rules(const Cleanup& cleanup) {
    return !cleanup.firewall_chains.empty() || !cleanup.firewall_comments.empty();
}

/// Returns the variants of iptables: both back ends have their own rules, whichever `iptables`
/// refers to.
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

/// True if the kernel lacks this back end, which then has no rules.
bool kernel_lacks_it(const ProgramResult& result) {
    for (const char* text : {"Protocol not supported", "Table does not exist",
                             "Address family not supported by protocol"}) {
        if (result.errors.find(text) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// Returns the tables of one variant. Throws Error, because unreadable tables are not known to be
/// clean.
std::vector<FirewallTable> read_tables(const std::string& variant) {
    const auto result = run_program({variant + "-save"});
    if (result.status == 0) {
        return parse_firewall(result.output);
    }
    if (kernel_lacks_it(result)) {
        return {};
    }
    throw Error("the rules of " + variant + " cannot be read: " + last_words(result))
        .try_this("run " + variant + "-save manually; when it works, run the same command again");
}

void look_at(const std::string& variant, const Cleanup& cleanup, std::vector<std::string>& found) {
    for (const auto& table : read_tables(variant)) {
        const auto part = our_part(table, cleanup);
        for (const auto& chain : part.chains) {
            found.push_back(variant + " " + table.name + ": chain " + chain);
        }
        for (const auto& rule : part.rules) {
            found.push_back(variant + " " + table.name + ": rule " + rule);
        }
    }
}

} // namespace

std::vector<std::string> missing_firewall_programs(const Cleanup& cleanup) {
    if (!may_have_rules(cleanup)) {
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

std::vector<std::string> find_firewall(const Cleanup& cleanup) {
    std::vector<std::string> found;
    if (!may_have_rules(cleanup)) {
        return found;
    }
    for (const auto& variant : variants()) {
        try {
            look_at(variant, cleanup, found);
        } catch (const Error& error) {
            found.push_back(error.message());
        }
    }
    return found;
}

void remove_firewall(const Cleanup& cleanup) {
    if (!may_have_rules(cleanup)) {
        return;
    }
    for (const auto& variant : variants()) {
        const auto text = removal_text(read_tables(variant), cleanup);
        if (text.empty()) {
            continue;
        }
        std::vector<std::string> argv = {variant + "-restore", "--noflush"};
        if (variant.find("nft") == std::string::npos) {
            argv.emplace_back("--wait=10"); // others may hold the tables' lock
        }
        const auto result = run_program(argv, text);
        if (result.status != 0) {
            throw Error("removing the node's rules from " + variant + ": " + last_words(result))
                .try_this("somebody may have changed the rules in the meantime; run the same "
                          "command again");
        }
    }
}

} // namespace k8s_node::teardown
