#include <algorithm>
#include <fnmatch.h>
#include <set>

#include "support/text.hpp"
#include "teardown/firewall.hpp"

namespace k8s_node::teardown {

namespace {

/// The words of a rule as iptables-save quotes them: "…" with \ before " and \.
std::vector<std::string> words_of(const std::string& rule) {
    std::vector<std::string> words;
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
                words.push_back(std::move(word));
            }
            word.clear();
            open = false;
        } else {
            word += c;
            open = true;
        }
    }
    if (open) {
        words.push_back(std::move(word));
    }
    return words;
}

struct Rule {
    std::string text;
    std::string chain;   ///< in which it is
    std::string target;  ///< to which it leads; may be empty
    std::string comment; ///< may be empty
};

Rule parse_rule(const std::string& text) {
    Rule rule{text, {}, {}, {}};
    const auto words = words_of(text);
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] == "-A" && i == 0) {
            rule.chain = words[++i];
        } else if (words[i] == "-j" || words[i] == "-g") {
            rule.target = words[++i];
        } else if (words[i] == "--comment") {
            rule.comment = words[++i];
        }
    }
    return rule;
}

bool matches(const std::string& text, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
    });
}

/// The judgement of one table.
class Judge {
public:
    Judge(const FirewallTable& table, const Leavings& leaves) : table_(table), leaves_(leaves) {
        for (const auto& text : table.rules) {
            rules_.push_back(parse_rule(text));
        }
    }

    FirewallPart part() {
        for (const auto& chain : table_.chains) {
            if (matches(chain, leaves_.firewall_chains) || only_commented_rules_lead_to(chain)) {
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
        return ours_.contains(rule.target) || matches(rule.comment, leaves_.firewall_comments);
    }

    [[nodiscard]] bool only_commented_rules_lead_to(const std::string& chain) const {
        bool any = false;
        for (const auto& rule : rules_) {
            if (rule.target == chain) {
                any = true;
                if (!matches(rule.comment, leaves_.firewall_comments)) {
                    return false;
                }
            }
        }
        return any;
    }

    /// They lean on each other, so they go together or not at all.
    void add_shared_chains() {
        std::set<std::string> shared;
        for (const auto& chain : table_.chains) {
            if (matches(chain, leaves_.shared_chains)) {
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
    const Leavings& leaves_;
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
            const auto words = split(line.substr(1), ' ');
            if (words.size() >= 2 && words[1] == "-") { // a built-in chain has a policy here
                tables.back().chains.push_back(words[0]);
            }
        } else if (!tables.empty() && line.starts_with("-A ")) {
            tables.back().rules.push_back(line);
        }
    }
    return tables;
}

FirewallPart our_part(const FirewallTable& table, const Leavings& leaves) {
    return Judge(table, leaves).part();
}

std::string removal_text(const std::vector<FirewallTable>& tables, const Leavings& leaves) {
    std::string text;
    for (const auto& table : tables) {
        const auto part = our_part(table, leaves);
        if (part.empty()) {
            continue;
        }
        text += "*" + table.name + "\n";
        for (const auto& rule : part.rules) {
            text += "-D" + rule.substr(2) + "\n";
        }
        // All are emptied before the first goes: they lead to each other.
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
