#include "store/entry_manifest.hpp"

#include <nlohmann/json.hpp>

#include "support/text.hpp"

namespace k8s_node {

namespace {

using Json = nlohmann::ordered_json;

Json file_to_json(const EntryFile& file) {
    const bool executable = (file.mode & 0111U) != 0;
    return {{"path", file.path},     {"from", file.from},
            {"size", file.size},     {"mode", executable ? "0555" : "0444"},
            {"sha256", file.sha256}, {"modified_ns", file.modified_ns}};
}

EntryFile file_from_json(const Json& json) {
    return {json.at("path").get<std::string>(),
            json.at("from").get<std::string>(),
            json.at("size").get<std::uint64_t>(),
            parse_octal_mode(json.at("mode").get<std::string>()).value_or(0),
            json.at("sha256").get<std::string>(),
            json.value("modified_ns", std::int64_t{0})};
}

} // namespace

std::string EntryManifest::to_json() const {
    Json json = {{"name", name}, {"version", version}, {"url", url}, {"digest", digest}};
    json["files"] = Json::array();
    for (const auto& file : files) {
        json["files"].push_back(file_to_json(file));
    }
    constexpr int indent = 2;
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<EntryManifest> EntryManifest::parse(std::string_view text) {
    try {
        const auto json = Json::parse(text);
        EntryManifest manifest{json.at("name").get<std::string>(),
                               json.at("version").get<std::string>(),
                               json.at("url").get<std::string>(),
                               json.at("digest").get<std::string>(),
                               {}};
        for (const auto& file : json.at("files")) {
            manifest.files.push_back(file_from_json(file));
        }
        return manifest;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

} // namespace k8s_node
