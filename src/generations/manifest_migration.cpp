#include "generations/manifest_migration.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "render/unit_inputs.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "unit/unit_file.hpp"

namespace k8s_node {

namespace {

constexpr const char* etcd_unit = "etcd.service";
constexpr const char* api_server_unit = "kube-apiserver.service";
constexpr const char* kubelet_unit = "kubelet.service";
constexpr const char* keys = "/etc/kubernetes";

/// Splits a command as unit/quote.hpp writes it: without specifiers, and an escape stands for the
/// character after it.
std::vector<std::string> split_argv(std::string_view command) {
    std::vector<std::string> argv(1);
    bool quoted = false;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const bool doubled = i + 1 < command.size() && command[i] == command[i + 1] &&
                             (command[i] == '%' || command[i] == '$');
        if (command[i] == '"') {
            quoted = !quoted;
        } else if (!quoted && (command[i] == ' ' || command[i] == '\n')) {
            if (!argv.back().empty()) {
                argv.emplace_back();
            }
        } else {
            const bool escaped = command[i] == '\\' && i + 1 < command.size();
            i += static_cast<std::size_t>(doubled || escaped);
            argv.back() += command[i];
        }
    }
    if (argv.back().empty()) {
        argv.pop_back();
    }
    return argv;
}

/// Parses "… probe --deadline=150s --ca=FILE URL", as render writes it.
std::optional<Probe> parse_command(const std::string& command) {
    constexpr std::string_view authority = "--ca=";
    constexpr std::string_view contains = "--contains=";
    const auto argv = split_argv(command);
    if (argv.size() < 3 || argv[1] != "probe") {
        return std::nullopt;
    }
    auto probe = Probe::parse(argv.back());
    for (const auto& argument : argv) {
        if (argument.starts_with(authority)) {
            probe.ca_file = argument.substr(authority.size());
        } else if (argument.starts_with(contains)) {
            probe.body_contains = argument.substr(contains.size());
        }
    }
    return probe;
}

std::optional<Probe> ready_probe(const std::string& body, const std::string& path) {
    try {
        for (const auto& command :
             unit::UnitFile::parse(body, path).values("Service", "ExecStartPost")) {
            if (auto probe = parse_command(command)) {
                return probe;
            }
        }
    } catch (const Error&) { // NOLINT(bugprone-empty-catch): then there is no probe
    }
    return std::nullopt;
}

UnitRollout rollout_of(const std::string& body) {
    constexpr std::string_view after = "X-RolloutAfter=";
    UnitRollout rollout;
    for (const auto& line : split_lines(body)) {
        if (line == "X-Rollout=last") {
            rollout.last = true;
        } else if (line.starts_with(after)) {
            const auto units = split(line.substr(after.size()), ' ');
            rollout.after.insert(rollout.after.end(), units.begin(), units.end());
        }
    }
    return rollout;
}

std::set<std::string> keys_named(const Generation& generation) {
    std::set<std::string> named;
    for (const auto& [path, content] : generation.files) {
        named.merge(paths_below(keys, content));
    }
    return named;
}

/// Returns the arguments of a unit that begin with one of these flags.
std::vector<std::string> arguments_with(const std::vector<std::string>& flags,
                                        const std::string& body) {
    std::vector<std::string> found;
    for (const auto& word : split(replace_all(body, "\n", " "), ' ')) {
        if (std::ranges::any_of(flags, [&](const auto& flag) { return word.starts_with(flag); })) {
            found.push_back(word);
        }
    }
    return found;
}

std::string body_of(const std::string& unit, const Generation& generation) {
    const auto body = generation.files.find("units/" + unit);
    return body == generation.files.end() ? std::string() : body->second;
}

void complete_etcd(EtcdMember& etcd, const Generation& generation) {
    constexpr std::string_view prefix = "/etcd-";
    for (const auto& entry : generation.manifest.store_entries) {
        const auto at = entry.rfind(prefix);
        const auto version = at == std::string::npos
                                 ? std::nullopt
                                 : parse_version(entry.substr(at + prefix.size()));
        if (version) {
            etcd.version = version->text();
            etcd.tools = entry + "/bin";
        }
    }
    etcd.identity =
        arguments_with({"--name=", "--initial-cluster=", "--initial-advertise-peer-urls="},
                       body_of(etcd.unit, generation));
}

void complete_api_server(ApiServerInstance& server, const Generation& generation) {
    const std::string flag = "--advertise-address=";
    for (const auto& argument : arguments_with({flag}, body_of(server.unit, generation))) {
        server.address = argument.substr(flag.size());
    }
}

Provided provided_of(const Generation& generation) {
    const auto names = unit_names(generation.manifest);
    auto provided = provided_by_units({names.begin(), names.end()});
    if (provided.etcd) {
        complete_etcd(*provided.etcd, generation);
    }
    if (provided.api_server) {
        complete_api_server(*provided.api_server, generation);
    }
    return provided;
}

std::vector<ObjectEntry> objects_of(const Generation& generation) {
    std::vector<ObjectEntry> objects;
    for (const auto& [path, content] : generation.files) {
        if (!path.starts_with("objects/")) {
            continue;
        }
        const auto object = nlohmann::json::parse(content, nullptr, /*allow_exceptions=*/false);
        if (!object.is_object() || !object.contains("metadata")) {
            continue; // somebody has edited it
        }
        const auto& metadata = object.at("metadata");
        const auto space = metadata.value("namespace", "");
        objects.push_back({path, object.value("apiVersion", "") + " " + object.value("kind", "") +
                                     " " + (space.empty() ? "" : space + "/") +
                                     metadata.value("name", "")});
    }
    return objects;
}

} // namespace

Provided provided_by_units(const std::set<std::string>& units) {
    Provided provided;
    if (units.contains(etcd_unit)) {
        const std::string pki = std::string(keys) + "/pki/etcd/";
        provided.etcd = EtcdMember{
            .unit = etcd_unit,
            .endpoint = "https://127.0.0.1:2379",
            .ca = pki + "ca.crt",
            .certificate = pki + "healthcheck-client.crt",
            .key = pki + "healthcheck-client.key",
            .data = "/var/lib/etcd",
            .user = "etcd",
        };
    }
    if (units.contains(api_server_unit)) {
        provided.api_server = ApiServerInstance{api_server_unit, {}};
    }
    if (units.contains(kubelet_unit)) {
        provided.kubelet = KubeletInstance{kubelet_unit};
    }
    return provided;
}

void migrate_manifest(Generation& generation) {
    auto& manifest = generation.manifest;
    if (manifest.format != 1) {
        return;
    }
    const auto named = keys_named(generation);
    for (auto& unit : manifest.units) {
        const auto path = "units/" + unit.name;
        const auto body = body_of(unit.name, generation);
        unit.ready = ready_probe(body, path);
        unit.rollout = rollout_of(body);
        unit.inputs = unit_inputs(generation, body, named);
    }
    manifest.provided = provided_of(generation);
    manifest.objects = objects_of(generation);
    manifest.format = Manifest::known_format;
}

} // namespace k8s_node
