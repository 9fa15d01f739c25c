#include "bundle/difference.hpp"

#include <algorithm>
#include <set>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Everything that a bundle has, an item a line; items of one name are neighbours when sorted.
std::set<std::string> items_of(const BundleManifest& manifest) {
    std::set<std::string> items;
    for (const auto& artifact : manifest.artifacts) {
        items.insert("artifact " + artifact.name + " (" + join(artifact.architectures, ", ") +
                     ") " + artifact.version + " " + artifact.digest.text());
    }
    for (const auto& image : manifest.images) {
        items.insert("image " + join(image.names, ", ") + " " + image.digest.text());
    }
    for (const auto& profile : manifest.profiles) {
        items.insert("profile " + profile);
    }
    return items;
}

} // namespace

std::vector<std::string> bundle_difference(const BundleManifest& before,
                                           const BundleManifest& after) {
    std::vector<std::string> lines;
    if (before.release != after.release) {
        lines = {"- release " + before.release, "+ release " + after.release};
    } else if (before.release_text != after.release_text) {
        lines = {"- release " + before.release + ", another file",
                 "+ release " + after.release + ", another file"};
    }
    const auto first = items_of(before);
    const auto second = items_of(after);
    std::set<std::string> all = first;
    all.insert(second.begin(), second.end());
    for (const auto& item : all) {
        if (!second.contains(item)) {
            lines.push_back("- " + item);
        } else if (!first.contains(item)) {
            lines.push_back("+ " + item);
        }
    }
    return lines;
}

} // namespace k8s_node
