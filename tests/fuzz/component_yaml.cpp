// A component as a site may write it, on a node of its own.
#include "components/definitions.hpp"
#include "generation.hpp"
#include "property.hpp"
#include "yaml/yaml.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    ComponentDefinition component;
    const auto source = fuzz::source_of("component.yaml", fuzz::as_text(data, size));
    if (!fuzz::configures([&](Diagnostics& diagnostics) {
            component = read_component(parse_yaml(source, diagnostics), diagnostics);
        })) {
        return 0;
    }
    auto input = fuzz::shipped();
    ProfileDefinition profile;
    profile.name = "fuzz";
    profile.layer.components.push_back({component.name, component.at});
    NodeConfiguration node;
    node.profile = NamedAt{"fuzz", component.at};
    input.components.push_back(std::move(component));
    input.profiles.push_back(std::move(profile));
    input.layers.push_back(std::move(node));
    fuzz::check_node(input);
    return 0;
}
