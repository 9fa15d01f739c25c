// Which files a unit reads: those that its text names, and those that these name.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/generation.hpp"

namespace k8s_node {

/// Whether `text` names `path`, as a whole path: what follows must not continue
/// a name.
[[nodiscard]] bool mentions(std::string_view text, std::string_view path);

/// Where a file of a generation is found by those who name it, or "" for what
/// no one can name (units, objects).
[[nodiscard]] std::string place_of(const std::string& path);

/// A text that a unit reads: its own, or a file's that was named on the way.
struct NamedText {
    std::string place; ///< "" for the unit's own
    const std::string* text;
};

/// The unit's text first, then each file of the generation that is named, once,
/// nearer ones first: kube-proxy is told of a configuration, and that of a
/// kubeconfig. Points into the generation.
[[nodiscard]] std::vector<NamedText> texts_of(const Generation& generation,
                                              const std::string& unit_text);

} // namespace k8s_node
