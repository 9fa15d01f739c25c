// YAML text → tree → YAML and JSON text, which Kubernetes reads.
#include "yaml/yaml.hpp"

#include <nlohmann/json.hpp>

#include "generation.hpp"
#include "property.hpp"
#include "yaml/json_tree.hpp"

namespace k8s_node::fuzz {

namespace {

bool parse(std::string_view text, Tree& tree) {
    return configures([&](Diagnostics& found) { tree = parse_yaml(source_of("t", text), found); });
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    Tree tree;
    if (fuzz::parse(fuzz::as_text(data, size), tree)) {
        const auto json = to_json(tree);
        fuzz::require(nlohmann::json::accept(json), "JSON is JSON", json);
        const auto yaml = to_yaml(tree);
        Tree again;
        fuzz::require(fuzz::parse(yaml, again), "written YAML is read again", yaml);
        fuzz::require(to_json(again) == json, "written YAML means what was read", yaml);
        tree.merge(again);
        static_cast<void>(to_yaml(tree));
    }
    return 0;
}
