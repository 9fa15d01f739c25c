#include "render/unit_inputs.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view in_names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789._-/";

bool ends_name(std::string_view text, std::size_t at) {
    return at == text.size() || in_names.find(text[at]) == std::string_view::npos;
}

/// True if `text` names `path` as a whole path: the text after it must not continue the name.
bool mentions(std::string_view text, std::string_view path) {
    for (auto at = text.find(path); at != std::string_view::npos; at = text.find(path, at + 1)) {
        if (ends_name(text, at + path.size())) {
            return true;
        }
    }
    return false;
}

/// A text that a unit reads: its own, or that of a file that is named directly or indirectly.
struct NamedText {
    std::string place; ///< "" for the unit's own text
    const std::string* text;
};

/// The search for the inputs of one unit.
class Search {
public:
    Search(const Generation& generation, const std::set<std::string>& others)
        : generation_(generation), others_(others) {}

    std::vector<UnitInput> run(const std::string& unit_text) {
        texts_.push_back({"", &unit_text});
        for (std::size_t i = 0; i < texts_.size(); ++i) {
            const auto reader = texts_[i];
            add_files(reader);
            add_others(reader);
        }
        return std::move(inputs_);
    }

private:
    void add(std::string path, const NamedText& reader) {
        if (met_.insert(path).second) {
            inputs_.push_back({std::move(path), reader.place});
        }
    }

    /// kube-proxy names a configuration, and that names a kubeconfig.
    void add_files(const NamedText& reader) {
        for (const auto& [path, content] : generation_.files) {
            auto place = place_of(path);
            if (!place.empty() && mentions(*reader.text, place) && !met_.contains(place)) {
                texts_.push_back({place, &content});
                add(std::move(place), reader);
            }
        }
    }

    void add_others(const NamedText& reader) {
        for (const auto& path : others_) {
            if (mentions(*reader.text, path)) {
                add(path, reader);
            }
        }
        for (const auto& entry : generation_.manifest.store_entries) {
            if (mentions(*reader.text, entry)) {
                add(entry, reader);
            }
            for (const auto& path : paths_below(entry, *reader.text)) {
                add(path, reader);
            }
        }
    }

    const Generation& generation_;
    const std::set<std::string>& others_;
    std::vector<NamedText> texts_;
    std::set<std::string> met_;
    std::vector<UnitInput> inputs_;
};

} // namespace

std::vector<UnitInput> unit_inputs(const Generation& generation, const std::string& unit_text,
                                   const std::set<std::string>& others) {
    return Search(generation, others).run(unit_text);
}

std::set<std::string> paths_below(const std::string& directory, std::string_view text) {
    std::set<std::string> paths;
    const auto prefix = directory + "/";
    for (auto at = text.find(prefix); at != std::string_view::npos;
         at = text.find(prefix, at + 1)) {
        auto end = at + prefix.size();
        while (!ends_name(text, end)) {
            ++end;
        }
        paths.emplace(text.substr(at, end - at));
    }
    return paths;
}

} // namespace k8s_node
