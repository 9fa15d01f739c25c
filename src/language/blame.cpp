#include "language/blame.hpp"

#include <array>

namespace k8s_node {

namespace {

int closeness(const Position& at) {
    if (!at.source) {
        return 0;
    }
    const auto& layer = at.source->layer;
    for (const std::string_view kind : {"component", "profile", "release"}) {
        if (layer == kind) {
            return 1;
        }
        if (layer.ends_with(kind)) {
            return 2;
        }
    }
    return 3;
}

} // namespace

bool is_closer(const Position& a, const Position& b) {
    return closeness(a) > closeness(b);
}

bool is_operators(const Position& at) {
    return closeness(at) == 3;
}

} // namespace k8s_node
