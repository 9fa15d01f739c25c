#include <algorithm>
#include <fnmatch.h>
#include <set>

#include "support/text.hpp"
#include "teardown/firewall.hpp"

namespace k8s_node::teardown {

namespace {

/// Splits a rule into fields as iptables-save quotes them: "…" with \ before " and \.
std::vector<std::string> fields_of(const std::string& rule) {
    std::vector<std::string> fields;
    std::string word;
    bool quoted = false;
    bool open = false;
    for (std::size_t i = 0; i < rule.size(); ++i) {
        const char c = rule[i];
        if (c == '\\' && quoted && i + 1 < rule.size()) {
            word += rule[++i];
        } else if (c == '"') {
            quoted = !quoted;
            open = true;
        } else if (c == ' ' && !quoted) {
            if (open) {
                fields.push_back(std::move(word));
            }
            word.clear();
            open = false;
        } else {
            word += c;
            open = true;
        }
    }
    if (open) {
        fields.push_back(std::move(word));
    }
    return fields;
}

struct Rule {
    std::string text;
    std::string chain;   ///< that contains it
    std::string target;  ///< that it jumps to; may be empty
    std::string comment; ///< may be empty
};

Rule parse_rule(const std::string& text) {
    Rule rule{text, {}, {}, {}};
    const auto fields = fields_of(text);
    for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
        if (fields[i] == "-A" && i == 0) {
            rule.chain = fields[++i];
        } else if (fields[i] == "-j" || fields[i] == "-g") {
            rule.target = fields[++i];
        } else if (fields[i] == "--comment") {
            rule.comment = fields[++i];
        }
    }
    return rule;
}

bool matches(const std::string& text, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    });
}

/// Finds the node's part of one table.
class Judge {
public:
    Judge(const FirewallTable& table, const Cleanup& cleanup) : table_(table), cleanup_(cleanup) {
        for (const auto& text : table.rules) {
            rules_.push_back(parse_rule(text));
        }
    }

    FirewallPart part() {
        for (const auto& chain : table_.chains) {
            if (matches(chain, cleanup_.firewall_chains) || only_commented_rules_lead_to(chain)) {
                ours_.insert(chain);
            }
        }
        add_shared_chains();
        FirewallPart part;
        part.chains.assign(ours_.begin(), ours_.end());
        for (const auto& rule : rules_) {
            if (!ours_.contains(rule.chain) && is_ours(rule)) {
                part.rules.push_back(rule.text);
            }
        }
        return part;
    }

private:
    [[nodiscard]] bool is_ours(const Rule& rule) const {
        return ours_.contains(rule.target) || matches(rule.comment, cleanup_.firewall_comments);
    }

    [[nodiscard]] bool only_commented_rules_lead_to(const std::string& chain) const {
        bool any = false;
        for (const auto& rule : rules_) {
            if (rule.target == chain) {
                any = true;
                if (!matches(rule.comment, cleanup_.firewall_comments)) {
                    return false;
                }
            }
        }
        return any;
    }

    /// Shared chains depend on each other, so all of them are deleted or none.
    void add_shared_chains() {
        std::set<std::string> shared;
        for (const auto& chain : table_.chains) {
            if (matches(chain, cleanup_.shared_chains)) {
                shared.insert(chain);
            }
        }
        const std::set<std::string> all(table_.chains.begin(), table_.chains.end());
        const bool used = std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
            return shared.contains(rule.chain) && !is_ours(rule) && !shared.contains(rule.target) &&
                   all.contains(rule.target);
        });
        if (!used) {
            ours_.merge(shared);
        }
    }

    const FirewallTable& table_;
    const Cleanup& cleanup_;
    std::vector<Rule> rules_;
    std::set<std::string> ours_;
};

} // namespace

std::vector<FirewallTable> parse_firewall(std::string_view saved) {
    std::vector<FirewallTable> tables;
    for (const auto& line : split_lines(saved)) {
        if (line.starts_with("*")) {
            tables.push_back({line.substr(1), {}, {}});
        } else if (!tables.empty() && line.starts_with(":")) {
            const auto fields = split(line.substr(1), ' ');
            if (fields.size() >= 2 && fields[1] == "-") { // a built-in chain has a policy here
                tables.back().chains.push_back(fields[0]);
            }
        } else if (!tables.empty() && line.starts_with("-A ")) {
            tables.back().rules.push_back(line);
        }
    }
    return tables;
}

FirewallPart our_part(const FirewallTable& table, const Cleanup& cleanup) {
    return Judge(table, cleanup).part();
}

std::string removal_text(const std::vector<FirewallTable>& tables, const Cleanup& cleanup) {
    std::string text;
    for (const auto& table : tables) {
        const auto part = our_part(table, cleanup);
        if (part.empty()) {
            continue;
        }
        text += "*" + table.name + "\n";
        for (const auto& rule : part.rules) {
            text += "-D" + rule.substr(2) + "\n";
        }
        // All are flushed before the first is deleted, because they jump to each other.
        for (const char* command : {"-F ", "-X "}) {
            for (const auto& chain : part.chains) {
                text += command + chain + "\n";
            }
        }
        text += "COMMIT\n";
    }
    return text;
}

} // namespace k8s_node::teardown
