#include "plan/impact.hpp"

#include <algorithm>
#include <map>

#include "plan/diff.hpp"
#include "plan/named_files.hpp"

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

/// The files that units read and how they change.
class Inputs {
public:
    Inputs(const Generation& current, const Generation& next,
           const std::set<std::string>& replaced_paths)
        : current_(current), next_(next), replaced_(replaced_paths) {
        for (const auto* generation : {&next, &current}) {
            for (const auto& [path, content] : generation->files) {
                if (const auto place = place_of(path); !place.empty()) {
                    places_.emplace(place, path);
                }
            }
        }
    }

    /// Returns the first changed file that `text` names, directly or through a file that it
    /// names: kube-proxy names a configuration, and that names a kubeconfig. Closer files come
    /// first.
    [[nodiscard]] std::optional<UnitImpact> changed_beneath(const std::string& unit,
                                                            const std::string& text) const {
        for (const auto& reader : texts_of(next_, text)) {
            if (auto impact = changed_in(*reader.text)) {
                impact->unit = unit;
                impact->why += reader.place.empty() ? "" : " (" + reader.place + " names it)";
                return impact;
            }
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::optional<UnitImpact> changed_in(const std::string& text) const {
        for (const auto& [place, path] : places_) {
            const auto* before = find(current_, path);
            const auto* after = find(next_, path);
            const bool same = before != nullptr && after != nullptr && *before == *after;
            if (!same && mentions(text, place)) {
                return UnitImpact{{},
                                  "its file " + place +
                                      (after == nullptr ? " is removed" : " changes"),
                                  diff_of(current_, next_, path)};
            }
        }
        const auto replaced = std::find_if(replaced_.begin(), replaced_.end(),
                                           [&](const auto& path) { return mentions(text, path); });
        return replaced == replaced_.end()
                   ? std::nullopt
                   : std::optional(UnitImpact{{}, "its file " + *replaced + " is replaced", {}});
    }

    const Generation& current_;
    const Generation& next_;
    const std::set<std::string>& replaced_;
    std::map<std::string, std::string> places_; ///< path on the machine → path in the generation
};

} // namespace

std::vector<UnitImpact> impacted_units(const Generation& current, const Generation& next,
                                       const std::set<std::string>& replaced_paths) {
    std::vector<UnitImpact> out;
    if (replaced_paths.empty() && current.files == next.files) {
        return out;
    }
    const Inputs inputs(current, next, replaced_paths);
    for (const auto& entry : next.manifest.units) {
        const auto path = "units/" + entry.name;
        const auto* text = find(next, path);
        const auto* before = find(current, path);
        if (text == nullptr) {
            continue;
        }
        if (before != nullptr && *before != *text) {
            out.push_back({entry.name, "its unit changes", diff_of(current, next, path)});
        } else if (auto input = inputs.changed_beneath(entry.name, *text)) {
            out.push_back(*std::move(input));
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
