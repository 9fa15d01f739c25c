#include "plan/named_files.hpp"

#include <set>

namespace k8s_node {

bool mentions(std::string_view text, std::string_view path) {
    constexpr std::string_view in_names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789._-/";
    for (auto at = text.find(path); at != std::string_view::npos; at = text.find(path, at + 1)) {
        const auto end = at + path.size();
        if (end == text.size() || in_names.find(text[end]) == std::string_view::npos) {
            return true;
        }
    }
    return false;
}

std::string place_of(const std::string& path) {
    if (path.starts_with("config/")) {
        return "/etc/k8s-node/current/" + path;
    }
    for (const std::string_view folder : {"host", "links"}) {
        if (path.starts_with(folder) && path.substr(folder.size()).starts_with('/')) {
            return path.substr(folder.size());
        }
    }
    return {};
}

std::vector<NamedText> texts_of(const Generation& generation, const std::string& unit_text) {
    std::vector<NamedText> texts = {{"", &unit_text}};
    std::set<std::string> met;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto& text = *texts[i].text;
        for (const auto& [path, content] : generation.files) {
            auto place = place_of(path);
            if (!place.empty() && mentions(text, place) && met.insert(place).second) {
                texts.push_back({std::move(place), &content});
            }
        }
    }
    return texts;
}

} // namespace k8s_node
