// manifest.json of a generation, which the generator reads at every boot.
#include "model/manifest.hpp"

#include "property.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    Manifest manifest;
    if (fuzz::accepts([&] { manifest = parse_manifest(fuzz::as_text(data, size), "m.json"); })) {
        const auto text = write_manifest(manifest);
        fuzz::require(parse_manifest(text, "m.json") == manifest,
                      "a written manifest is read back as it was", text);
        fuzz::require(write_manifest(parse_manifest(text, "m.json")) == text,
                      "equal manifests are written with the same bytes", text);
    }
    return 0;
}
