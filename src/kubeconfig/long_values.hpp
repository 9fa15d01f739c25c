// The certificates and keys in the text of a kubeconfig, which are nearly all of it and no YAML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/tree.hpp"

namespace k8s_node {

/// Keeps the long values of `…-data` away from the YAML parser: yaml-cpp takes 700 instructions for
/// each of their characters, a tenth of a run that finds nothing to do. Lines and columns of the
/// rest are those of the whole, since nothing follows such a value in its line.
class LongValues {
public:
    explicit LongValues(std::string_view text);

    /// Returns the text with a short word in the place of each value.
    [[nodiscard]] const std::string& rest() const noexcept { return rest_; }

    /// Puts the values into the tree of that text.
    void put_back(Tree& tree) const;

private:
    std::string rest_;
    std::vector<std::string> values_;
};

} // namespace k8s_node
