#include "supply/sbom.hpp"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "components/definitions.hpp"
#include "generations/generation_resource.hpp"
#include "model/manifest.hpp"
#include "store/entry_check.hpp"
#include "support/error.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace {

using Json = nlohmann::ordered_json;

/// The licences of a release's artifacts, by name.
using Licences = std::map<std::string, std::string>;

Licences licences_of(const Generation& generation) {
    const auto file = generation.files.find("release.yaml");
    Licences licences;
    if (file == generation.files.end()) {
        return licences;
    }
    Diagnostics ignored; // the node runs: what is wrong with the file now is no matter of a list
    const auto source =
        std::make_shared<const SourceText>(SourceText{"release", "release.yaml", file->second});
    for (const auto& artifact : read_release(parse_yaml(source, ignored), ignored).artifacts) {
        licences[artifact.name] = artifact.license;
    }
    return licences;
}

Json hash_of(const std::string& algorithm, const std::string& hex) {
    return {{"alg", algorithm}, {"content", hex}};
}

Json file_component(const std::string& entry, const EntryFile& file) {
    return {{"type", "file"},
            {"bom-ref", entry + "/" + file.path},
            {"name", file.path},
            {"hashes", Json::array({hash_of("SHA-256", file.sha256)})}};
}

/// The archive, or the plain file, that was downloaded.
Json distribution_of(const EntryManifest& entry) {
    Json reference = {{"type", "distribution"}, {"url", entry.url}};
    if (const auto digest = Digest::parse(entry.digest)) {
        const bool is_long = digest->algorithm() == HashAlgorithm::sha512;
        reference["hashes"] =
            Json::array({hash_of(is_long ? "SHA-512" : "SHA-256", digest->hex())});
    }
    return reference;
}

Json component_of(const std::string& path, const EntryManifest& entry, const Licences& licences) {
    Json component = {{"type", "application"},
                      {"bom-ref", path},
                      {"name", entry.name},
                      {"version", entry.version}};
    const auto licence = licences.find(entry.name);
    if (licence != licences.end() && !licence->second.empty()) {
        component["licenses"] = Json::array({Json{{"expression", licence->second}}});
    }
    component["purl"] = "pkg:generic/" + entry.name + "@" + entry.version;
    component["externalReferences"] = Json::array({distribution_of(entry)});
    component["components"] = Json::array();
    for (const auto& file : entry.files) {
        component["components"].push_back(file_component(path, file));
    }
    return component;
}

Json components_of(const Generation& generation, const Root& root) {
    const auto licences = licences_of(generation);
    auto entries = generation.manifest.store_entries;
    std::ranges::sort(entries);
    auto components = Json::array();
    for (const auto& path : entries) {
        const auto entry = read_manifest(root.at(path));
        if (!entry) {
            throw Error(path +
                            " is missing or damaged, so that it is not known what this node runs",
                        ExitStatus::verification)
                .try_this("k8s-node-install store verify; k8s-node-install install mends it");
        }
        components.push_back(component_of(path, *entry, licences));
    }
    return components;
}

} // namespace

std::string make_sbom(const NodeOptions& options) {
    const auto generation = read_current_generation(options.root);
    const auto& manifest = generation.manifest;
    if (manifest.release.empty()) {
        throw Error("no node is installed on this machine", ExitStatus::unsuitable)
            .try_this("k8s-node-install install");
    }
    const Json tool = {
        {"type", "application"}, {"name", "k8s-node-install"}, {"version", options.version}};
    const Json node = {{"type", "platform"},
                       {"bom-ref", "node"},
                       {"name", "kubernetes-node-" + manifest.profile},
                       {"version", manifest.kubernetes_version}};
    const Json document = {
        {"bomFormat", "CycloneDX"},
        {"specVersion", "1.5"},
        {"version", 1},
        {"metadata", {{"tools", Json{{"components", Json::array({tool})}}}, {"component", node}}},
        {"components", components_of(generation, options.root)}};
    constexpr int indent = 2;
    return document.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace k8s_node
