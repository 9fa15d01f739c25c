// One clause of `when`.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace k8s_node {

/// True or false for a clause, or why that cannot be decided.
struct ClauseVerdict {
    std::optional<bool> holds;
    std::string problem; ///< "'=>' is not an operator"; empty if `holds` has a value
    std::string hint;
};

/// Replaces the references of a text.
using Concrete = std::function<std::string(const std::string& text)>;

/// Checks the syntax of a clause, whatever its references stand for; `holds` has a value if it is
/// correct.
[[nodiscard]] ClauseVerdict check_clause(const std::string& written);

/// Evaluates a clause. Operators are looked for in the text as written, so that the value of a
/// setting may contain any character.
[[nodiscard]] ClauseVerdict decide_clause(const std::string& written, const Concrete& concrete);

} // namespace k8s_node
