// A release file: pinned artifacts of one Kubernetes version.
#include "components/definitions.hpp"
#include "language/values.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

namespace {

std::vector<std::pair<std::string, Digest>> read_digests(MapReader& reader,
                                                         Diagnostics& diagnostics) {
    std::vector<std::pair<std::string, Digest>> out;
    const auto* map = reader.take_map("digest");
    if (map == nullptr) {
        diagnostics.add(reader.at("digest"),
                        "an artifact needs a 'digest': nothing is installed without one");
        return out;
    }
    for (const auto& entry : map->entries()) {
        if (const auto digest = Digest::parse(entry.value.text())) {
            out.emplace_back(entry.key, *digest);
        } else {
            diagnostics.add(entry.value.at(), entry.value.describe() + " is not a digest",
                            "write sha256: or sha512: followed by lower-case hexadecimal");
        }
    }
    return out;
}

ReleaseArtifact read_artifact(const Tree::Entry& entry, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "artifact '" + entry.key + "'", diagnostics);
    ReleaseArtifact artifact;
    artifact.name = entry.key;
    artifact.at = entry.key_at;
    artifact.version = reader.require_text("version");
    artifact.version_at = reader.at("version");
    artifact.url = reader.require_text("url");
    artifact.license = reader.take_text("license");
    artifact.digests = read_digests(reader, diagnostics);
    artifact.file = reader.take_text("file");
    artifact.file_mode = reader.take_mode("mode", 0755);
    for (const auto& [from, to] : reader.take_text_map("members")) {
        artifact.members.push_back({from, to});
        if (!is_confined_path(to) || !is_confined_path(from)) {
            diagnostics.add(reader.at("members"), "member '" + from + ": " + to +
                                                      "' must be relative paths without '..'");
        }
    }
    if (artifact.members.empty() == artifact.file.empty()) {
        diagnostics.add(entry.key_at, "artifact '" + entry.key +
                                          "' needs either 'members' (an archive) or 'file'");
    }
    if (!artifact.file.empty() && !is_confined_path(artifact.file)) {
        diagnostics.add(reader.at("file"), "'file' must be a relative path without '..'");
    }
    reader.finish();
    return artifact;
}

} // namespace

Release read_release(const Tree& tree, Diagnostics& diagnostics) {
    MapReader reader(tree, "release", diagnostics);
    Release release;
    release.at = tree.at();
    release.name = reader.require_text("release");
    release.name_at = reader.at("release");
    static_cast<void>(reader.take_text("description"));
    release.pause_image = reader.take_text("pause_image");
    if (const auto* artifacts = reader.take_map("artifacts")) {
        for (const auto& entry : artifacts->entries()) {
            release.artifacts.push_back(read_artifact(entry, diagnostics));
        }
    }
    reader.finish();
    return release;
}

} // namespace k8s_node
