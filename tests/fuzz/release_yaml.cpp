// A release and a profile: the same file is tried as both.
#include <algorithm>

#include "components/definitions.hpp"
#include "generation.hpp"
#include "property.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node::fuzz {

namespace {

void check_release(const Tree& tree) {
    Release release;
    if (!configures([&](Diagnostics& diagnostics) { release = read_release(tree, diagnostics); })) {
        return;
    }
    for (const auto& artifact : release.artifacts) {
        require(!artifact.digests.empty(), "nothing is fetched without a digest", artifact.name);
    }
    auto input = shipped();
    input.release = std::move(release);
    NodeConfiguration node;
    node.profile = NamedAt{"single", tree.at()};
    input.layers.push_back(std::move(node));
    check_node(input);
}

void check_profile(const Tree& tree) {
    ProfileDefinition profile;
    if (!configures([&](Diagnostics& diagnostics) { profile = read_profile(tree, diagnostics); })) {
        return;
    }
    auto input = shipped();
    NodeConfiguration node;
    node.profile = NamedAt{profile.name, tree.at()};
    input.profiles.push_back(std::move(profile));
    input.layers.push_back(std::move(node));
    check_node(input);
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    Tree tree;
    const auto source = fuzz::source_of("release.yaml", fuzz::as_text(data, size));
    if (fuzz::configures([&](Diagnostics& found) { tree = parse_yaml(source, found); })) {
        fuzz::check_release(tree);
        fuzz::check_profile(tree);
    }
    return 0;
}
