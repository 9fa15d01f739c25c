#include "generation.hpp"

#include "property.hpp"
#include "render/render.hpp"
#include "shipped.hpp"
#include "unit/unit_file.hpp"

namespace k8s_node::fuzz {

namespace {

constexpr const char* program = test::program;

void check_path(const std::string& path) {
    require(!path.starts_with('/') && ("/" + path + "/").find("/../") == std::string::npos,
            "every file lies in the generation", path);
}

void check_generation(const Generation& generation) {
    for (const auto& [path, content] : generation.files) {
        check_path(path);
        require(content.find(credentials_directory_marker) == std::string::npos,
                "no inner mark gets out", path);
        if (path.starts_with("units/")) {
            const auto file = unit::UnitFile::parse(content, path);
            require(unit::UnitFile::parse(file.write(), path) == file,
                    "units are read back as they were written", content);
        }
    }
    const auto& manifest = generation.files.at("manifest.json");
    require(parse_manifest(manifest, "manifest.json") == generation.manifest,
            "the manifest is read back as it was written", manifest);
}

} // namespace

Source source_of(const std::string& name, std::string_view text) {
    return std::make_shared<const SourceText>(SourceText{"fuzz", name, std::string(text)});
}

const ResolveInput& shipped() {
    static const auto input =
        test::shipped_input(PROFILES, std::filesystem::path(PROFILES) / "releases" / RELEASE);
    return input;
}

bool configures(const std::function<void(Diagnostics&)>& body) {
    try {
        Diagnostics diagnostics;
        body(diagnostics);
        diagnostics.throw_if_any();
        return true;
    } catch (const ConfigurationError& error) {
        require(!error.diagnostics().empty(), "a refusal has a reason");
        for (const auto& diagnostic : error.diagnostics()) {
            require(!diagnostic.message.empty(), "a diagnostic says what is wrong");
            require(!diagnostic.at.source || (diagnostic.at.line > 0 && diagnostic.at.column > 0),
                    "a diagnostic names a place", diagnostic.text());
        }
        return false;
    }
}

void check_node(const ResolveInput& input) {
    NodeSpec spec;
    if (!configures([&](Diagnostics&) { spec = resolve(input); })) {
        return;
    }
    const auto generation = render(spec, program);
    check_generation(generation);
    require(render(resolve(input), program) == generation,
            "the same configuration gives the same generation");
}

} // namespace k8s_node::fuzz
