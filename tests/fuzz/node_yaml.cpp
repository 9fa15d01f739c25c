// node.yaml as an operator may write it, with the shipped profiles: resolved
// and rendered, or refused with places.
#include "components/definitions.hpp"
#include "generation.hpp"
#include "property.hpp"
#include "yaml/yaml.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    NodeConfiguration layer;
    const auto source = fuzz::source_of("node.yaml", fuzz::as_text(data, size));
    if (fuzz::configures([&](Diagnostics& diagnostics) {
            layer = read_node_configuration(parse_yaml(source, diagnostics), diagnostics);
        })) {
        auto input = fuzz::shipped();
        input.layers.push_back(std::move(layer));
        fuzz::check_node(input);
    }
    return 0;
}
