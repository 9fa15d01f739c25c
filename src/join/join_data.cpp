#include "join/join_data.hpp"

#include <algorithm>

#include "components/definitions.hpp"
#include "join/hide_secrets.hpp"
#include "join/join_keys.hpp"
#include "join/pin.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/json_tree.hpp"
#include "yaml/reader.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace {

Tree scalar(const std::string& text, const Position& at = {}) {
    return Tree::scalar(text, false, at);
}

void add(Tree& map, const std::string& key, Tree value) {
    const auto at = value.at();
    map.entries().push_back({key, at, std::move(value)});
}

std::string text_in(const Tree& tree, const std::string& key) {
    const auto* found = tree.find(key);
    return found == nullptr ? std::string() : found->text();
}

std::optional<NamedAt> take_name(MapReader& reader, const std::string& key) {
    const auto text = reader.take_text(key);
    return text.empty() ? std::nullopt : std::optional(NamedAt{text, reader.at(key)});
}

/// Returns the URL of an API server; reports another text.
NamedAt checked_endpoint(NamedAt endpoint, Diagnostics& diagnostics) {
    endpoint.name = without_last_slashes(endpoint.name);
    const auto rest = endpoint.name.substr(std::min(endpoint.name.size(), sizeof("https://") - 1));
    if (!endpoint.name.starts_with("https://") || !is_web_url(endpoint.name) ||
        rest.find('/') != std::string::npos) {
        diagnostics.add(endpoint.at, "'" + endpoint.name + "' is not the URL of an API server",
                        "write https://ADDRESS:PORT");
    }
    return endpoint;
}

NamedAt read_endpoint(MapReader& reader, Diagnostics& diagnostics) {
    NamedAt endpoint{reader.require_text("endpoint"), reader.at("endpoint")};
    return endpoint.name.empty() ? endpoint : checked_endpoint(std::move(endpoint), diagnostics);
}

std::vector<NamedAt> read_control_planes(MapReader& reader, Diagnostics& diagnostics) {
    std::vector<NamedAt> all;
    for (const auto* each : reader.take_scalars("control_planes")) {
        all.push_back(checked_endpoint({each->text(), each->at()}, diagnostics));
    }
    return all;
}

/// The shown text hides the lines of a certificate, too.
std::string read_authority(MapReader& reader, const Tree& secrets, Diagnostics& diagnostics) {
    auto pem = reader.take_text("ca").empty() ? std::string() : text_in(secrets, "ca");
    if (!pem.empty()) {
        try {
            static_cast<void>(parse_certificates(pem, "'ca'"));
        } catch (const Error& error) {
            diagnostics.add(reader.at("ca"), error.message(),
                            "it must be the cluster's CA certificate (PEM)");
        }
    }
    return pem;
}

std::vector<NamedAt> read_pins(MapReader& reader, Diagnostics& diagnostics) {
    std::vector<NamedAt> pins;
    for (const auto* pin : reader.take_scalars("ca_pins")) {
        if (!is_pin(pin->text())) {
            diagnostics.add(pin->at(), "'" + pin->text() + "' is not a pin",
                            "write sha256: and 64 digits of 0-9 and a-f, as token create and "
                            "kubeadm print it");
        }
        pins.push_back({pin->text(), pin->at()});
    }
    return pins;
}

/// Nothing is trusted only because it answered first.
void require_proof(const JoinData& data, Diagnostics& diagnostics) {
    if (data.authority.empty() && data.pins.empty()) {
        diagnostics.add(data.at, "neither 'ca' nor 'ca_pins' is given",
                        "without one of them nobody could tell the cluster from somebody in the "
                        "middle");
    } else if (!data.authority.empty() && !data.pins.empty() &&
               pinned_certificates(data.authority, names_of(data.pins), "'ca'").empty()) {
        diagnostics.add(data.pins.front().at, "'ca' is not the certificate of this pin",
                        "one of them is of another cluster");
    }
}

/// Returns the whole text as a tree: the shown one does not have the secrets.
Tree parse_with_secrets(const std::string& name, std::string_view text) {
    Diagnostics reported_elsewhere;
    return parse_yaml(
        std::make_shared<const SourceText>(SourceText{join_data_layer, name, std::string(text)}),
        reported_elsewhere);
}

void read_token(MapReader& reader, const Tree& secrets, JoinData& data, Diagnostics& diagnostics) {
    data.token_at = reader.at("token");
    if (reader.require_text("token").empty()) {
        return;
    }
    if (auto token = parse_token(text_in(secrets, "token"))) {
        data.token = *std::move(token);
    } else {
        diagnostics.add(data.token_at, "this is not a token",
                        std::string("a token is ") + token_form);
    }
}

void add_texts(Tree& map, const std::string& key, const std::vector<NamedAt>& texts) {
    if (texts.empty()) {
        return;
    }
    Tree list = Tree::list({});
    for (const auto& each : texts) {
        list.items().push_back(scalar(each.name, each.at));
    }
    add(map, key, std::move(list));
}

/// With keys this machine's etcd enters the database that a cluster has.
Tree settings_of(const JoinData& data) {
    Tree etcd = Tree::map(data.keys_at);
    add(etcd, "join", scalar("true", data.keys_at));
    Tree settings = Tree::map(data.at);
    if (data.is_for_control_plane()) {
        add(settings, "etcd", std::move(etcd));
    }
    settings.merge(data.settings);
    return settings;
}

} // namespace

std::vector<std::string> names_of(std::span<const NamedAt> names) {
    std::vector<std::string> out;
    std::ranges::transform(names, std::back_inserter(out), &NamedAt::name);
    return out;
}

std::vector<std::string> endpoints_of(const JoinData& data) {
    std::vector<std::string> all = {data.endpoint.name};
    for (const auto& each : data.control_planes) {
        if (std::ranges::find(all, each.name) == all.end()) {
            all.push_back(each.name);
        }
    }
    return all;
}

JoinData parse_join_data(const std::string& name, std::string_view text, Diagnostics& diagnostics) {
    const auto reported = diagnostics.size();
    const auto tree = parse_yaml(hide_secrets(name, text), diagnostics);
    JoinData data;
    data.at = tree.at();
    data.text = text;
    data.settings = Tree::map({});
    if (diagnostics.size() != reported && tree.entries().empty()) {
        return data;
    }
    MapReader reader(tree, "join data", diagnostics);
    const auto secrets = parse_with_secrets(name, text);
    data.endpoint = read_endpoint(reader, diagnostics);
    data.control_planes = read_control_planes(reader, diagnostics);
    data.authority = read_authority(reader, secrets, diagnostics);
    data.pins = read_pins(reader, diagnostics);
    read_token(reader, secrets, data, diagnostics);
    read_keys(reader, secrets, data, diagnostics);
    read_beginning(reader, data, diagnostics);
    data.profile = take_name(reader, "profile");
    data.release = take_name(reader, "release");
    if (const auto* settings = reader.take_map("settings")) {
        data.settings = *settings;
    }
    reader.finish();
    if (diagnostics.size() == reported) {
        require_proof(data, diagnostics);
    }
    return data;
}

NodeConfiguration configuration_of(const JoinData& data, Diagnostics& diagnostics) {
    Tree tree = Tree::map(data.at);
    if (data.profile) {
        add(tree, "profile", scalar(data.profile->name, data.profile->at));
    }
    if (data.release) {
        add(tree, "release", scalar(data.release->name, data.release->at));
    }
    Tree cluster = Tree::map(data.endpoint.at);
    add(cluster, "endpoint", scalar(data.endpoint.name, data.endpoint.at));
    add_texts(cluster, "control_planes", data.control_planes);
    Tree endpoint = Tree::map(data.endpoint.at);
    add(endpoint, "cluster", std::move(cluster));
    Tree settings = settings_of(data);
    settings.merge(endpoint);
    add(tree, "settings", std::move(settings));
    return read_node_configuration(tree, diagnostics);
}

std::string write_join_data(const JoinData& data) {
    Tree tree = Tree::map({});
    add(tree, "endpoint", scalar(data.endpoint.name));
    if (!data.authority.empty()) {
        add(tree, "ca", Tree::scalar(data.authority, true, {}));
    }
    add_texts(tree, "ca_pins", data.pins);
    add_texts(tree, "control_planes", data.control_planes);
    add(tree, "token", scalar(data.token.text()));
    add_beginning(tree, data);
    if (data.profile) {
        add(tree, "profile", scalar(data.profile->name));
    }
    if (data.release) {
        add(tree, "release", Tree::scalar(data.release->name, true, {}));
    }
    if (!data.settings.entries().empty()) {
        add(tree, "settings", data.settings);
    }
    add_keys(tree, data);
    return "# How this machine joins its cluster, see k8s-node.yaml(5). Secret: it has a token" +
           std::string(data.is_for_control_plane() ? " and keys.\n" : ".\n") + to_yaml(tree);
}

std::string join_line(const JoinData& data) {
    std::string text = "{endpoint: \"" + data.endpoint.name + "\", ca_pins: [\"" +
                       join(names_of(data.pins), "\", \"") + "\"], token: " + data.token.text();
    if (!data.control_planes.empty()) {
        text += ", control_planes: [\"" + join(names_of(data.control_planes), "\", \"") + "\"]";
    }
    if (!data.certificate_key.empty()) {
        text += ", certificate_key: " + data.certificate_key;
    }
    if (data.profile) {
        text += ", profile: " + data.profile->name;
    }
    // echo is part of the shell: no argument of a process has a secret.
    return "echo '" + text + "}' | k8s-node-install --join -";
}

} // namespace k8s_node
