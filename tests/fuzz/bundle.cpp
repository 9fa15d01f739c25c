// A bundle, as a stranger hands it over: its index, its manifest, and what an installation asks of
// it. Since a mutated manifest does not have its sum any more, the input is tried as a manifest
// too.
#include "bundle/bundle.hpp"

#include "memory_file.hpp"
#include "property.hpp"
#include "trust/signature.hpp"

namespace k8s_node::fuzz {

namespace {

void check_manifest(const BundleManifest& manifest) {
    const auto check_path = [](const std::string& path) {
        require(!path.starts_with('/') && ("/" + path + "/").find("/../") == std::string::npos,
                "no path leads out of a bundle", path);
    };
    for (const auto& artifact : manifest.artifacts) {
        check_path(artifact.path);
    }
    for (const auto& image : manifest.images) {
        check_path(image.path);
    }
    const auto text = manifest.to_json();
    require(BundleManifest::parse(text).to_json() == text, "a written manifest is read back", text);
}

void check_places(const BundleFile& bundle, std::size_t file_size) {
    const auto check_place = [&](const Digest& digest) {
        const auto copy = bundle.find({"name", "1", "https://up.example/x", digest, {}, "bin/x"});
        require(copy.has_value(), "what the manifest promises is found");
        require(copy->size <= file_size && copy->offset <= file_size - copy->size,
                "an entry lies within the file");
    };
    for (const auto& artifact : bundle.manifest().artifacts) {
        check_place(artifact.digest);
    }
    for (const auto& image : bundle.manifest().images) {
        check_place(image.digest);
    }
    static_cast<void>(bundle.verify({}, [](const std::string&) {}));
}

void check_signature(std::string_view text) {
    const auto split = split_signature(text);
    require(with_signature(split) == text, "a text and its signature make the text again", text);
    if (const auto signature = parse_signature(text)) {
        require(parse_signature(signature_line(*signature)) == signature,
                "a written signature is read back", text);
    }
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto text = fuzz::as_text(data, size);
    const auto file = fuzz::memory_file(text);
    const auto path = "/proc/self/fd/" + std::to_string(file.get());
    static_cast<void>(fuzz::accepts([&] {
        const auto bundle = BundleFile::open(path);
        fuzz::check_manifest(bundle->manifest());
        fuzz::check_places(*bundle, size);
    }));
    static_cast<void>(fuzz::accepts([&] { fuzz::check_manifest(BundleManifest::parse(text)); }));
    fuzz::check_signature(text);
    return 0;
}
