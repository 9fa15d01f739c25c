#include "model/reliance.hpp"

#include <nlohmann/json.hpp>

#include "support/error.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Texts = std::vector<std::string>;

ordered_json to_json(const DirectoryReliance& directory) {
    return {{"path", directory.path},     {"needs", directory.needs}, {"wants", directory.wants},
            {"not_on", directory.not_on}, {"bytes", directory.bytes}, {"inodes", directory.inodes}};
}

ordered_json to_json(const BridgeReliance& bridge) {
    return {{"name", bridge.name}, {"network", bridge.network}};
}

ordered_json to_json(const Conflict& conflict) {
    return {{"unit", conflict.unit},
            {"why", conflict.why},
            {"warning", conflict.severity == Severity::warning}};
}

ordered_json to_json(const SandboxStart& sandbox) {
    return {{"socket", sandbox.socket},
            {"image", sandbox.image},
            {"image_hint", sandbox.image_hint},
            {"cgroup_parent", sandbox.cgroup_parent},
            {"hint", sandbox.hint}};
}

template <typename Value>
ordered_json to_json(const std::vector<Value>& values) {
    auto list = ordered_json::array();
    for (const auto& value : values) {
        list.push_back(to_json(value));
    }
    return list;
}

DirectoryReliance directory_of(const json& from) {
    return {from.at("path"),
            from.value("needs", Texts{}),
            from.value("wants", Texts{}),
            from.value("not_on", Texts{}),
            from.value("bytes", std::uint64_t{0}),
            from.value("inodes", std::uint64_t{0})};
}

Conflict conflict_of(const json& from) {
    return {from.at("unit"), from.value("why", std::string()),
            from.value("warning", false) ? Severity::warning : Severity::error};
}

SandboxStart sandbox_of(const json& from) {
    const auto text = [&](const char* key) { return from.value(key, std::string()); };
    return {text("socket"), text("image"), text("image_hint"), text("cgroup_parent"), text("hint")};
}

Reliance reliance_of(const json& from) {
    Reliance out;
    for (const auto& each : from.value("directories", json::array())) {
        out.directories.push_back(directory_of(each));
    }
    out.first_files = from.value("first_files", Texts{});
    for (const auto& each : from.value("bridges", json::array())) {
        out.bridges.push_back({each.at("name"), each.at("network")});
    }
    out.resolvers = from.value("resolvers", Texts{});
    out.sockets = from.value("sockets", Texts{});
    for (const auto& each : from.value("conflicts", json::array())) {
        out.conflicts.push_back(conflict_of(each));
    }
    out.sandbox = sandbox_of(from.value("sandbox", json::object()));
    return out;
}

} // namespace

std::string write_reliance(const Reliance& reliance) {
    const ordered_json document = {{"directories", to_json(reliance.directories)},
                                   {"first_files", reliance.first_files},
                                   {"bridges", to_json(reliance.bridges)},
                                   {"resolvers", reliance.resolvers},
                                   {"sockets", reliance.sockets},
                                   {"conflicts", to_json(reliance.conflicts)},
                                   {"sandbox", to_json(reliance.sandbox)}};
    return document.dump(2) + '\n';
}

Reliance parse_reliance(std::string_view text, std::string_view path) {
    try {
        return reliance_of(json::parse(text));
    } catch (const json::exception&) {
        throw Error(std::string(path) + " is not a list of what a node relies on");
    }
}

} // namespace k8s_node
