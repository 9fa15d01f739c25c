#include "language/clause.hpp"

#include <algorithm>
#include <array>

#include "language/values.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::array<std::string_view, 6> operators = {"==", "!=", "<=", ">=", "<", ">"};

struct Clause {
    bool negated = false;
    std::string left;
    std::string op; ///< empty for a clause that is true or false by itself
    std::string right;
};

ClauseVerdict wrong(std::string problem, std::string hint) {
    return {std::nullopt, std::move(problem), std::move(hint)};
}

/// Returns the text with every ${reference} blanked out, so that a search finds only the text of
/// the clause itself, at unchanged offsets.
std::string without_references(const std::string& text) {
    auto out = text;
    for (auto at = out.find("${"); at != std::string::npos; at = out.find("${", at)) {
        const auto end = std::min(out.find('}', at), out.size() - 1);
        std::fill(out.begin() + static_cast<std::ptrdiff_t>(at),
                  out.begin() + static_cast<std::ptrdiff_t>(end) + 1, 'R');
    }
    return out;
}

bool is_operator_sign(char c) {
    return std::string_view("=!<>").find(c) != std::string_view::npos;
}

std::string meant_by(const std::string& sign) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> slips = {{
        {"=>", ">="},
        {"=<", "<="},
        {"=", "=="},
        {"===", "=="},
        {"<>", "!="},
        {"!==", "!="},
        {"=!", "!="},
    }};
    for (const auto& [slip, meant] : slips) {
        if (sign == slip) {
            return "did you mean '" + std::string(meant) + "'?";
        }
    }
    return sign == "!" ? "write 'not' to negate" : "operators are ==, !=, <, <=, > and >=";
}

constexpr const char* one_clause_each =
    "write a list of two clauses, which must all hold: [\"a >= 1.36\", \"a < 1.37\"]";

/// Detects a second comparison or the syntax of another language.
std::optional<ClauseVerdict> more_than_one(const std::string& plain) {
    for (const std::string_view alternative : {"||", " or ", " OR "}) {
        if (plain.find(alternative) != std::string::npos) {
            return wrong(
                "there is no '" + std::string(trim(alternative)) + "'",
                "all clauses of a list must hold; for alternatives write one entry for each");
        }
    }
    for (const std::string_view both : {"&&", " and ", " AND ", ","}) {
        if (plain.find(both) != std::string::npos) {
            return wrong("a clause is one comparison, without '" + std::string(trim(both)) + "'",
                         one_clause_each);
        }
    }
    return std::nullopt;
}

std::optional<ClauseVerdict> operand_problem(const std::string& operand) {
    if (operand.find_first_of("\"'") != std::string::npos) {
        return wrong("the quotes would be part of the comparison", "leave them out: " + operand);
    }
    if (operand.find_first_of(" \t\n") != std::string::npos) {
        return wrong("'" + operand + "' is more than one word", one_clause_each);
    }
    return std::nullopt;
}

/// Splits a clause into its parts; the verdict has no value if that fails.
ClauseVerdict parse(const std::string& written, Clause& clause) {
    auto text = std::string(trim(written));
    if (text.starts_with("not ")) {
        clause.negated = true;
        text = std::string(trim(text.substr(4)));
    }
    const auto plain = without_references(text);
    if (auto problem = more_than_one(plain)) {
        return *problem;
    }
    const auto start = static_cast<std::size_t>(
        std::find_if(plain.begin(), plain.end(), is_operator_sign) - plain.begin());
    auto end = start;
    while (end < plain.size() && is_operator_sign(plain[end])) {
        ++end;
    }
    clause.left = std::string(trim(text.substr(0, start)));
    clause.op = text.substr(start, end - start);
    clause.right = std::string(trim(text.substr(end)));
    if (clause.op.empty()) {
        return {true, {}, {}};
    }
    if (std::find(operators.begin(), operators.end(), clause.op) == operators.end()) {
        return wrong("'" + clause.op + "' is not an operator", meant_by(clause.op));
    }
    if (std::any_of(plain.begin() + static_cast<std::ptrdiff_t>(end), plain.end(),
                    is_operator_sign)) {
        return wrong("a clause is one comparison", one_clause_each);
    }
    for (const auto& operand : {clause.left, clause.right}) {
        if (auto problem = operand_problem(operand)) {
            return *problem;
        }
    }
    return {true, {}, {}};
}

/// True for ${kubernetes.version} and ${artifact.NAME.version}, which are full versions: equality
/// with a shorter one could never hold.
bool names_a_version(const std::string& operand) {
    return operand == "${kubernetes.version}" ||
           (operand.starts_with("${artifact.") && operand.ends_with(".version}"));
}

ClauseVerdict not_a_version(const std::string& text) {
    return wrong("'" + text + "' is not a version", "write it as 1.36 or 1.36.5");
}

std::string without_v(const std::string& version) {
    return version.starts_with('v') ? version.substr(1) : version;
}

auto dots_in(const std::string& version) {
    return std::count(version.begin(), version.end(), '.');
}

/// Compares a version with `text` for equality.
ClauseVerdict same_version(const std::string& version, const std::string& text) {
    if (!is_version(text)) {
        return not_a_version(text);
    }
    if (dots_in(text) < dots_in(version)) {
        return wrong("the version has more parts than " + text + ", so they are never equal",
                     "write two clauses, such as [\"… >= 1.36\", \"… < 1.37\"]");
    }
    return {without_v(version) == without_v(text), {}, {}};
}

ClauseVerdict equality(const Clause& clause, const std::string& left, const std::string& right) {
    const bool left_is = names_a_version(clause.left) && !left.empty();
    const bool right_is = names_a_version(clause.right) && !right.empty();
    auto verdict = left_is && !right_is   ? same_version(left, right)
                   : right_is && !left_is ? same_version(right, left)
                                          : ClauseVerdict{left == right, {}, {}};
    if (verdict.holds && clause.op == "!=") {
        verdict.holds = !*verdict.holds;
    }
    return verdict;
}

ClauseVerdict order(const Clause& clause, const std::string& left, const std::string& right) {
    for (const auto& operand : {left, right}) {
        if (!is_version(operand)) {
            return not_a_version(operand);
        }
    }
    const int difference = compare_versions(left, right);
    return {clause.op == "<"    ? difference < 0
            : clause.op == ">"  ? difference > 0
            : clause.op == "<=" ? difference <= 0
                                : difference >= 0,
            {},
            {}};
}

ClauseVerdict truth(const std::string& text) {
    if (text == "true" || text == "false") {
        return {text == "true", {}, {}};
    }
    return wrong("it is neither a comparison nor true or false",
                 "write e.g. ${kubernetes.version} >= 1.36, or ${has.kubelet}");
}

} // namespace

ClauseVerdict check_clause(const std::string& written) {
    Clause clause;
    return parse(written, clause);
}

ClauseVerdict decide_clause(const std::string& written, const Concrete& concrete) {
    Clause clause;
    auto verdict = parse(written, clause);
    if (!verdict.holds) {
        return verdict;
    }
    const auto left = concrete(clause.left);
    const auto right = concrete(clause.right);
    verdict = clause.op.empty()                        ? truth(left)
              : clause.op == "==" || clause.op == "!=" ? equality(clause, left, right)
                                                       : order(clause, left, right);
    if (verdict.holds && clause.negated) {
        verdict.holds = !*verdict.holds;
    }
    return verdict;
}

} // namespace k8s_node
