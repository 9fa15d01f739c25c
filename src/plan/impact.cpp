#include "plan/impact.hpp"

#include <algorithm>

#include "plan/diff.hpp"

namespace k8s_node {

namespace {

const std::string* find(const Generation& generation, const std::string& path) {
    const auto found = generation.files.find(path);
    return found == generation.files.end() ? nullptr : &found->second;
}

std::string diff_of(const Generation& current, const Generation& next, const std::string& path) {
    const auto* before = find(current, path);
    const auto* after = find(next, path);
    return line_diff(before == nullptr ? "" : *before, after == nullptr ? "" : *after);
}

/// `path` as a whole path in `text`: what follows it must not continue a name.
bool mentions(const std::string& text, const std::string& path) {
    for (auto at = text.find(path); at != std::string::npos; at = text.find(path, at + 1)) {
        const auto end = at + path.size();
        const bool whole = end == text.size() ||
                           std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789._-/")
                                   .find(text[end]) == std::string_view::npos;
        if (whole) {
            return true;
        }
    }
    return false;
}

/// A changed file of the generation that the unit's text names.
std::optional<UnitImpact> changed_input(const std::string& unit, const std::string& text,
                                        const Generation& current, const Generation& next) {
    for (const auto& [path, content] : next.files) {
        const bool config = path.starts_with("config/");
        const bool host = path.starts_with("host/");
        if (!config && !host) {
            continue;
        }
        const auto* before = find(current, path);
        const auto place = config ? "/etc/k8s-node/current/" + path : path.substr(4);
        if ((before == nullptr || *before != content) && mentions(text, place)) {
            return UnitImpact{unit, "its file " + place + " changes", diff_of(current, next, path)};
        }
    }
    return std::nullopt;
}

} // namespace

std::vector<UnitImpact> impacted_units(const Generation& current, const Generation& next,
                                       const std::set<std::string>& replaced_paths) {
    std::vector<UnitImpact> out;
    for (const auto& entry : next.manifest.units) {
        const auto path = "units/" + entry.name;
        const auto* text = find(next, path);
        const auto* before = find(current, path);
        if (text == nullptr) {
            continue;
        }
        if (before != nullptr && *before != *text) {
            out.push_back({entry.name, "its unit changes", diff_of(current, next, path)});
            continue;
        }
        if (auto input = changed_input(entry.name, *text, current, next)) {
            out.push_back(*std::move(input));
            continue;
        }
        const auto replaced = std::find_if(replaced_paths.begin(), replaced_paths.end(),
                                           [&](const auto& p) { return mentions(*text, p); });
        if (replaced != replaced_paths.end()) {
            out.push_back({entry.name, "its file " + *replaced + " is replaced", {}});
        }
    }
    return out;
}

std::vector<std::string> dropped_units(const Generation& current, const Generation& next) {
    std::vector<std::string> out;
    for (const auto& entry : current.manifest.units) {
        if (find(next, "units/" + entry.name) == nullptr) {
            out.push_back(entry.name);
        }
    }
    std::reverse(out.begin(), out.end());
    return out;
}

std::string generation_diff(const Generation& current, const Generation& next) {
    std::set<std::string> paths;
    for (const auto& [path, content] : current.files) {
        paths.insert(path);
    }
    for (const auto& [path, content] : next.files) {
        paths.insert(path);
    }
    std::string out;
    for (const auto& path : paths) {
        const auto* before = find(current, path);
        const auto* after = find(next, path);
        if (path == "manifest.json" ||
            (before != nullptr && after != nullptr && *before == *after)) {
            continue;
        }
        if (before == nullptr || after == nullptr) {
            out += (before == nullptr ? "new     " : "removed ") + path + "\n";
        } else {
            out += "changed " + path + "\n";
        }
    }
    return out;
}

} // namespace k8s_node
