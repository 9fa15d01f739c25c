// The files that a unit reads: those that its text names, and those that these name.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/generation.hpp"

namespace k8s_node {

/// True if `text` names `path` as a whole path: the text after it must not continue the name.
[[nodiscard]] bool mentions(std::string_view text, std::string_view path);

/// Returns the path under which others name a file of a generation, or "" for files that nobody
/// can name (units, objects).
[[nodiscard]] std::string place_of(const std::string& path);

/// A text that a unit reads: its own, or that of a file named directly or indirectly.
struct NamedText {
    std::string place; ///< "" for the unit's own text
    const std::string* text;
};

/// Returns the unit's text, then each named file of the generation once, closer ones first:
/// kube-proxy names a configuration, and that names a kubeconfig. Points into the generation.
[[nodiscard]] std::vector<NamedText> texts_of(const Generation& generation,
                                              const std::string& unit_text);

} // namespace k8s_node
