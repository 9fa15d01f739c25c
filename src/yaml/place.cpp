#include "yaml/place.hpp"

#include <algorithm>

namespace k8s_node {

Position place_of(const Source& source, std::size_t byte) {
    const auto before = std::string_view(source->text).substr(0, byte);
    return {source, 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
            static_cast<int>(byte - (before.rfind('\n') + 1)) + 1};
}

std::size_t byte_of(const Position& at) {
    const auto& text = at.source->text;
    std::size_t start = 0;
    for (int line = 1; line < at.line && start < text.size(); ++line) {
        start = std::min(text.find('\n', start), text.size() - 1) + 1;
    }
    return std::min(start + static_cast<std::size_t>(std::max(at.column, 1)) - 1, text.size());
}

} // namespace k8s_node
