#include "bundle/image_archive.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "archive/tar_reader.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr const char* name_annotation = "io.containerd.image.name";
constexpr std::uint64_t largest_index = std::uint64_t{4} << 20U;

Error refusal(const std::string& what) {
    return Error(what, ExitStatus::verification)
        .try_this("write it with 'docker save NAME', 'nerdctl save NAME' or 'ctr images export'");
}

Error without_name() {
    return refusal("an image in it has no name");
}

nlohmann::json parsed(std::string_view text) {
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        throw refusal("its index is not JSON");
    }
    return json;
}

std::string read_member(TarReader& reader) {
    std::string text;
    while (const auto block = reader.next_block()) {
        text.resize(static_cast<std::size_t>(block->offset), '\0');
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes of a text
        text.append(reinterpret_cast<const char*>(block->bytes.data()), block->bytes.size());
    }
    return text;
}

/// The members that name images.
struct Indexes {
    bool oci = false; ///< it has an OCI layout, which containerd prefers
    std::optional<std::string> oci_index;
    std::optional<std::string> docker_manifest;
};

Indexes read_indexes(int fd) {
    const UnpackLimits limits{.member_bytes = std::uint64_t{16} << 30U,
                              .total_bytes = std::uint64_t{64} << 30U};
    TarReader reader(fd, limits);
    Indexes found;
    while (const auto member = reader.next_member()) {
        const bool is_small = member->kind.empty() && member->size <= largest_index;
        if (member->name == "oci-layout") {
            found.oci = true;
        } else if (member->name == "index.json" && is_small) {
            found.oci_index = read_member(reader);
        } else if (member->name == "manifest.json" && is_small) {
            found.docker_manifest = read_member(reader);
        }
    }
    return found;
}

} // namespace

std::string full_image_name(const std::string& name) {
    const auto slash = name.find('/');
    if (slash == std::string::npos) {
        return "docker.io/library/" + name;
    }
    const auto first = name.substr(0, slash);
    const bool is_registry = first.find_first_of(".:") != std::string::npos || first == "localhost";
    return is_registry ? name : "docker.io/" + name;
}

std::vector<std::string> docker_image_names(std::string_view text) {
    std::vector<std::string> names;
    for (const auto& image : parsed(text)) {
        const auto tags =
            image.is_object() ? image.value("RepoTags", nlohmann::json()) : nlohmann::json();
        if (!tags.is_array() || tags.empty()) {
            throw without_name();
        }
        for (const auto& tag : tags) {
            if (!tag.is_string()) {
                throw without_name();
            }
            names.push_back(full_image_name(tag.get<std::string>()));
        }
    }
    return names;
}

std::vector<std::string> oci_image_names(std::string_view text) {
    std::vector<std::string> names;
    const auto json = parsed(text);
    const auto manifests = json.is_object() ? json.value("manifests", nlohmann::json::array())
                                            : nlohmann::json::array();
    for (const auto& manifest : manifests) {
        const auto annotations = manifest.is_object()
                                     ? manifest.value("annotations", nlohmann::json::object())
                                     : nlohmann::json::object();
        const auto name = annotations.is_object()
                              ? annotations.value(name_annotation, nlohmann::json())
                              : nlohmann::json();
        if (!name.is_string() || name.get<std::string>().empty()) {
            throw without_name();
        }
        names.push_back(name.get<std::string>());
    }
    return names;
}

std::vector<std::string> image_names(int fd) {
    const auto indexes = read_indexes(fd);
    std::vector<std::string> names;
    if (indexes.oci && indexes.oci_index) {
        names = oci_image_names(*indexes.oci_index);
    } else if (indexes.docker_manifest) {
        names = docker_image_names(*indexes.docker_manifest);
    }
    if (names.empty()) {
        throw refusal("this is no archive of container images");
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

} // namespace k8s_node
