#include "bundle/manifest.hpp"

#include <algorithm>
#include <set>

#include "archive/member_name.hpp"
#include "model/json_object.hpp"
#include "store/mirror.hpp"

namespace k8s_node {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* format_name = "k8s-node-bundle";
constexpr const char* where = "the manifest";
/// A tar header of the plain format has no room for more.
constexpr std::uint64_t largest_entry = (std::uint64_t{8} << 30U) - 1;

Error damaged(const std::string& what) {
    return Error(what, ExitStatus::verification)
        .try_this("copy the bundle again, or create a new one");
}

template <typename Item>
std::vector<Item> sorted(std::vector<Item> items) {
    std::ranges::sort(items, {}, &Item::path);
    return items;
}

Json json_of(const BundledArtifact& artifact) {
    return {{"name", artifact.name},
            {"version", artifact.version},
            {"architectures", artifact.architectures},
            {"url", artifact.url},
            {"digest", artifact.digest.text()},
            {"path", artifact.path},
            {"size", artifact.size}};
}

Json json_of(const BundledImage& image) {
    return {{"names", image.names},
            {"digest", image.digest.text()},
            {"path", image.path},
            {"size", image.size}};
}

template <typename Item>
Json list_of(const std::vector<Item>& items) {
    auto list = Json::array();
    for (const auto& item : sorted(items)) {
        list.push_back(json_of(item));
    }
    return list;
}

Digest digest_of(const JsonObject& object) {
    const auto text = object.text("digest");
    const auto digest = Digest::parse(text);
    if (!digest) {
        throw Error(std::string(where) + " has '" + text + "', which is no digest");
    }
    return *digest;
}

std::string path_of(const JsonObject& object) {
    auto path = object.text("path");
    if (!is_entry_path(path)) {
        throw Error(std::string(where) + " has the path '" + path +
                    "', which is not a plain path inside the bundle");
    }
    return path;
}

std::uint64_t size_of(const JsonObject& object) {
    const auto size = object.integer("size");
    if (size < 0 || static_cast<std::uint64_t>(size) > largest_entry) {
        throw Error(std::string(where) + " has the impossible size " + std::to_string(size));
    }
    return static_cast<std::uint64_t>(size);
}

std::vector<std::string> some_texts(const JsonObject& object, const char* key) {
    auto texts = object.texts(key);
    if (texts.empty()) {
        throw Error(std::string(where) + " has an entry without " + key);
    }
    return texts;
}

BundledArtifact read_artifact(const JsonObject& object) {
    BundledArtifact artifact{
        object.text("name"), object.text("version"), some_texts(object, "architectures"),
        object.text("url"),  digest_of(object),      path_of(object),
        size_of(object)};
    if (artifact.path != bundle_path(artifact.url)) {
        throw Error(std::string(where) + " has " + artifact.url + " at '" + artifact.path +
                    "', where no mirror would have it");
    }
    return artifact;
}

BundledImage read_image(const JsonObject& object) {
    return {some_texts(object, "names"), digest_of(object), path_of(object), size_of(object)};
}

void require_format(const JsonObject& manifest) {
    if (!manifest.has("format") || manifest.text("format") != format_name) {
        throw Error(std::string(where) + " is not that of a bundle of k8s-node-install");
    }
    const auto version = manifest.integer("version");
    if (version != BundleManifest::format_version) {
        throw Error("the bundle has format version " + std::to_string(version) +
                        ", and this program reads version " +
                        std::to_string(BundleManifest::format_version),
                    ExitStatus::verification)
            .try_this("use the k8s-node-install that created it, or a newer one");
    }
}

void require_distinct_paths(const BundleManifest& manifest) {
    std::set<std::string> paths{BundleManifest::file_name, BundleManifest::sum_name};
    const auto add = [&](const std::string& path) {
        if (!paths.insert(path).second) {
            throw Error(std::string(where) + " names '" + path + "' twice");
        }
    };
    for (const auto& artifact : manifest.artifacts) {
        add(artifact.path);
    }
    for (const auto& image : manifest.images) {
        add(image.path);
    }
}

BundleManifest read(const nlohmann::json& json) {
    const JsonObject object(json, where);
    require_format(object);
    const auto release = object.required_object("release");
    BundleManifest manifest{
        release.text("name"), release.text("text"), object.texts("profiles"), {}, {}};
    for (const auto& artifact : object.objects("artifacts")) {
        manifest.artifacts.push_back(read_artifact(artifact));
    }
    for (const auto& image : object.objects("images")) {
        manifest.images.push_back(read_image(image));
    }
    require_distinct_paths(manifest);
    return manifest;
}

} // namespace

std::string BundleManifest::to_json() const {
    const Json json = {{"format", format_name},
                       {"version", format_version},
                       {"release", {{"name", release}, {"text", release_text}}},
                       {"profiles", profiles},
                       {"artifacts", list_of(artifacts)},
                       {"images", list_of(images)}};
    constexpr int indent = 2;
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

BundleManifest BundleManifest::parse(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        throw damaged(std::string(where) + " is not JSON");
    }
    try {
        return read(json);
    } catch (const Error& error) {
        if (error.status() == ExitStatus::verification) {
            throw;
        }
        throw damaged(error.message());
    }
}

std::string bundle_path(std::string_view url) {
    return mirror_url("", url.substr(0, url.find_first_of("?#"))).substr(1);
}

} // namespace k8s_node
