#include "join/join_data.hpp"

#include <algorithm>
#include <cctype>

#include "components/definitions.hpp"
#include "join/pin.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "yaml/json_tree.hpp"
#include "yaml/reader.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace {

constexpr std::size_t token_size = 23;

bool is_letter_or_digit(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// Hides what stands after "token:", whatever its form, up to the end of a value.
void hide_values(std::string& text) {
    constexpr std::string_view key = "token";
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
        auto from = text.find_first_not_of("\"' \t", at + key.size());
        if (from == std::string::npos || text[from] != ':') {
            continue;
        }
        // A token that is wrong may hold any sign; only on one line with others it ends with it.
        const auto line = text.rfind('\n', at) + 1; // npos + 1 is 0
        const bool stands_alone = text.find_first_not_of("\"' \t", line) == at;
        const std::string_view ends = stands_alone ? "\n" : "\n,}";
        for (++from; from < text.size() && ends.find(text[from]) == std::string_view::npos;
             ++from) {
            text[from] = is_letter_or_digit(text[from]) || text[from] == '.' ? 'x' : text[from];
        }
    }
}

/// Hides what has the form of a token, wherever it stands.
void hide_tokens(std::string& text) {
    for (std::size_t at = 0; at + token_size <= text.size(); ++at) {
        if (parse_token(std::string_view(text).substr(at, token_size))) {
            text.replace(at, token_size, token_size, 'x');
        }
    }
}

Tree scalar(const std::string& text, const Position& at = {}) {
    return Tree::scalar(text, false, at);
}

void add(Tree& map, const std::string& key, Tree value) {
    const auto at = value.at();
    map.entries().push_back({key, at, std::move(value)});
}

std::optional<NamedAt> take_name(MapReader& reader, const std::string& key) {
    const auto text = reader.take_text(key);
    return text.empty() ? std::nullopt : std::optional(NamedAt{text, reader.at(key)});
}

NamedAt read_endpoint(MapReader& reader, Diagnostics& diagnostics) {
    NamedAt endpoint{reader.require_text("endpoint"), reader.at("endpoint")};
    const bool reported = endpoint.name.empty();
    endpoint.name = without_last_slashes(endpoint.name);
    const auto rest = endpoint.name.substr(std::min(endpoint.name.size(), sizeof("https://") - 1));
    if (!reported && (!endpoint.name.starts_with("https://") || !is_web_url(endpoint.name) ||
                      rest.find('/') != std::string::npos)) {
        diagnostics.add(endpoint.at, "'" + endpoint.name + "' is not the URL of an API server",
                        "write https://ADDRESS:PORT");
    }
    return endpoint;
}

std::string read_authority(MapReader& reader, Diagnostics& diagnostics) {
    auto pem = reader.take_text("ca");
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

/// Returns the token itself, which the shown text does not have.
std::string secret_text(const std::string& name, std::string_view text) {
    Diagnostics reported_elsewhere;
    const auto tree = parse_yaml(
        std::make_shared<const SourceText>(SourceText{join_data_layer, name, std::string(text)}),
        reported_elsewhere);
    const auto* token = tree.find("token");
    return token == nullptr ? std::string() : token->text();
}

} // namespace

std::vector<std::string> names_of(std::span<const NamedAt> names) {
    std::vector<std::string> out;
    std::ranges::transform(names, std::back_inserter(out), &NamedAt::name);
    return out;
}

Source hide_token(const std::string& name, std::string_view text) {
    std::string shown(text);
    hide_values(shown);
    hide_tokens(shown);
    return std::make_shared<const SourceText>(SourceText{join_data_layer, name, std::move(shown)});
}

JoinData parse_join_data(const std::string& name, std::string_view text, Diagnostics& diagnostics) {
    const auto reported = diagnostics.size();
    const auto tree = parse_yaml(hide_token(name, text), diagnostics);
    JoinData data;
    data.at = tree.at();
    data.text = text;
    data.settings = Tree::map({});
    if (diagnostics.size() != reported && tree.entries().empty()) {
        return data;
    }
    MapReader reader(tree, "join data", diagnostics);
    data.endpoint = read_endpoint(reader, diagnostics);
    data.authority = read_authority(reader, diagnostics);
    data.pins = read_pins(reader, diagnostics);
    data.token_at = reader.at("token");
    if (!reader.require_text("token").empty()) {
        if (auto token = parse_token(secret_text(name, text))) {
            data.token = *std::move(token);
        } else {
            diagnostics.add(data.token_at, "this is not a token",
                            std::string("a token is ") + token_form);
        }
    }
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
    Tree endpoint = Tree::map(data.endpoint.at);
    add(endpoint, "cluster", std::move(cluster));
    Tree settings = data.settings;
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
    if (!data.pins.empty()) {
        Tree pins = Tree::list({});
        for (const auto& pin : data.pins) {
            pins.items().push_back(scalar(pin.name));
        }
        add(tree, "ca_pins", std::move(pins));
    }
    add(tree, "token", scalar(data.token.text()));
    if (data.profile) {
        add(tree, "profile", scalar(data.profile->name));
    }
    if (data.release) {
        add(tree, "release", Tree::scalar(data.release->name, true, {}));
    }
    if (!data.settings.entries().empty()) {
        add(tree, "settings", data.settings);
    }
    return "# How this machine joins its cluster, see k8s-node.yaml(5). Secret: it has a token.\n" +
           to_yaml(tree);
}

std::string join_line(const JoinData& data) {
    std::string text = "{endpoint: \"" + data.endpoint.name + "\", ca_pins: [\"" +
                       join(names_of(data.pins), "\", \"") + "\"], token: " + data.token.text();
    if (data.profile) {
        text += ", profile: " + data.profile->name;
    }
    // echo is part of the shell: no argument of a process has the token.
    return "echo '" + text + "}' | k8s-node-install --join -";
}

} // namespace k8s_node
