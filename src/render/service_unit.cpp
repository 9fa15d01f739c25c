#include "render/service_unit.hpp"

#include <algorithm>

#include "render/sandbox.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

unit::Word to_word(const Argument& argument) {
    unit::Word word("");
    for (const auto& piece : argument) {
        word = piece.credentials_directory ? word + unit::Word::specifier('d')
                                           : word + unit::Word(piece.text);
    }
    return word;
}

std::vector<unit::Word> to_words(const std::vector<Argument>& arguments) {
    std::vector<unit::Word> argv;
    argv.reserve(arguments.size());
    for (const auto& argument : arguments) {
        argv.push_back(to_word(argument));
    }
    return argv;
}

enum class Wanted { ready, any_answer };

/// Returns `k8s-node-install probe URL …`, which ends when the probe succeeds.
std::vector<unit::Word> probe_command(const ReadyProbe& probe, Wanted wanted,
                                      const std::string& program) {
    std::vector<unit::Word> argv = {unit::Word(program), unit::Word("probe"),
                                    unit::Word("--deadline=" + probe.deadline)};
    if (wanted == Wanted::any_answer) {
        argv.push_back(unit::Word("--any-answer"));
    }
    if (!probe.authority.empty()) {
        argv.push_back(unit::Word("--ca=") + to_word(probe.authority));
    }
    if (!probe.contains.empty()) {
        argv.push_back(unit::Word("--contains=" + probe.contains));
    }
    argv.push_back(to_word(probe.url));
    return argv;
}

void add_properties(unit::UnitFile& file, const char* section,
                    const std::vector<UnitProperty>& properties) {
    for (const auto& property : properties) {
        for (const auto& value : property.values) {
            file.add(section, property.key, unit::Value::verbatim(value));
        }
    }
}

bool sets(const std::vector<UnitProperty>& properties, std::string_view key) {
    for (const auto& property : properties) {
        if (property.key == key) {
            return true;
        }
    }
    return false;
}

/// Keeps traffic within the cluster from using a web proxy that was set in systemd's manager for
/// all services: no list of exceptions is ever complete. Does not override a proxy that a service
/// sets itself.
void keep_from_proxies(unit::UnitFile& file, const ServiceSpec& service) {
    if (sets(service.service_properties, "UnsetEnvironment")) {
        return;
    }
    std::string names;
    for (const std::string name :
         {"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}) {
        if (std::ranges::find(service.environment, name, [](const auto& variable) {
                return variable.first;
            }) == service.environment.end()) {
            names += (names.empty() ? "" : " ") + name;
        }
    }
    file.add("Service", "UnsetEnvironment", unit::Value::verbatim(names));
}

void add_unit_section(unit::UnitFile& file, const ServiceSpec& service) {
    file.add("Unit", "Description", unit::Value::plain(unit::Word(service.description)));
    if (!service.documentation.empty()) {
        file.add("Unit", "Documentation", unit::Value::plain(unit::Word(service.documentation)));
    }
    // No start limit: a service must keep trying even if what it needs returns after an hour.
    if (!sets(service.unit_properties, "StartLimitIntervalSec")) {
        file.add("Unit", "StartLimitIntervalSec", unit::Value::verbatim("0"));
    }
    add_properties(file, "Unit", service.unit_properties);
}

void add_commands(unit::UnitFile& file, const ServiceSpec& service, const std::string& program) {
    for (const auto& command : service.start_pre) {
        file.add("Service", "ExecStartPre", unit::Value::command(to_words(command)));
    }
    if (service.wait_for) {
        file.add("Service", "ExecStartPre",
                 unit::Value::command(probe_command(*service.wait_for, Wanted::any_answer, program),
                                      {.ignore_failure = true}));
    }
    file.add("Service", "ExecStart", unit::Value::command(to_words(service.command)));
    if (service.ready) {
        file.add("Service", "ExecStartPost",
                 unit::Value::command(probe_command(*service.ready, Wanted::ready, program)));
    }
    for (const auto& [name, value] : service.environment) {
        file.add("Service", "Environment", unit::Value::environment(name, to_word(value)));
    }
    keep_from_proxies(file, service);
    for (const auto& [id, path] : service.credentials) {
        file.add("Service", "LoadCredential", unit::Value::plain(unit::Word(id + ":" + path)));
    }
}

} // namespace

unit::UnitFile render_service(const ServiceSpec& service, const std::string& program) {
    return with_context("rendering " + service.unit, [&] {
        unit::UnitFile file;
        file.header("Rendered by k8s-node-install from " + service.source +
                    ".\nChange it by a drop-in (systemctl edit) or by settings in "
                    "/etc/k8s-node, never here.");
        add_unit_section(file, service);
        add_commands(file, service, program);
        add_properties(file, "Service", service.service_properties);
        if (service.strict_sandbox) {
            add_strict_sandbox(file);
        }
        return file;
    });
}

} // namespace k8s_node
