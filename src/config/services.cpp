// The `services` part of a component: units, their command lines and edges.
#include <algorithm>
#include <set>

#include "config/parts.hpp"
#include "config/reader.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::string unit_name(const std::string& name) {
    static constexpr std::string_view suffixes[] = {".service", ".target", ".socket", ".mount",
                                                    ".path",    ".timer",  ".slice",  ".device"};
    const bool complete = std::any_of(std::begin(suffixes), std::end(suffixes),
                                      [&](auto suffix) { return name.ends_with(suffix); });
    return complete ? name : name + ".service";
}

std::vector<std::string> unit_names(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    std::transform(names.begin(), names.end(), std::back_inserter(out), unit_name);
    return out;
}

/// The value of a flag: lists are joined by commas, maps are k=v pairs.
std::string flag_value(const Tree& value, const std::string& flag, Diagnostics& diagnostics) {
    if (value.is_scalar()) {
        return value.text();
    }
    std::vector<std::string> parts;
    const auto append = [&](const std::string& key, const Tree& item) {
        if (!item.is_scalar()) {
            diagnostics.add(item.at(),
                            "flag '" + flag + "': a value must be text, not " + item.describe());
        }
        parts.push_back(key + item.text());
    };
    if (value.is_null()) {
        append("", value);
    }
    for (const auto& item : value.items()) {
        append("", item);
    }
    for (const auto& entry : value.entries()) {
        append(entry.key + "=", entry.value);
    }
    return join(parts, ",");
}

void read_command(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    service.command.push_back(argument_of(reader.require_text("exec")));
    for (const auto& argument : reader.take_texts("arguments")) {
        service.command.push_back(argument_of(argument));
    }
    if (const auto* flags = reader.take_map("flags")) {
        for (const auto& entry : flags->entries()) {
            service.command.push_back(argument_of("--" + entry.key + "=" +
                                                  flag_value(entry.value, entry.key, diagnostics)));
        }
    }
}

void read_start_pre(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    const auto* commands = reader.take_list("start_pre");
    if (commands == nullptr) {
        return;
    }
    for (const auto& command : commands->items()) {
        std::vector<Argument> words;
        for (const auto& word : texts_of(command, "'start_pre'", diagnostics)) {
            words.push_back(argument_of(word));
        }
        service.start_pre.push_back(std::move(words));
    }
}

/// Directives by systemd's own names, values written as systemd reads them.
std::vector<UnitProperty> read_properties(const Tree* section, Diagnostics& diagnostics) {
    std::vector<UnitProperty> out;
    if (section == nullptr) {
        return out;
    }
    for (const auto& entry : section->entries()) {
        auto values = texts_of(entry.value, "'" + entry.key + "'", diagnostics);
        for (const auto& value : values) {
            if (value.find('\n') != std::string::npos || value.ends_with('\\')) {
                diagnostics.add(entry.value.at(),
                                "'" + entry.key + "' must be one line without a final backslash");
            }
        }
        out.push_back({entry.key, std::move(values)});
    }
    return out;
}

void read_sandbox(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    const auto sandbox = reader.take_text("sandbox", "none");
    service.strict_sandbox = sandbox == "strict";
    if (sandbox != "strict" && sandbox != "none") {
        diagnostics.add(reader.at("sandbox"), "unknown sandbox '" + sandbox + "'",
                        "it is strict or none");
    }
}

void read_ready_probe(const Tree& tree, ServiceSpec& service, Diagnostics& diagnostics) {
    MapReader reader(tree, "'ready' of " + service.unit, diagnostics);
    ReadyProbe probe;
    probe.url = argument_of(reader.require_text("url"));
    probe.authority = argument_of(reader.take_text("ca"));
    probe.contains = reader.take_text("contains");
    probe.deadline = reader.take_text("deadline", probe.deadline);
    reader.finish();
    service.ready = std::move(probe);
}

/// Parts of a service in which systemd puts the directory of its credentials.
bool may_use_credentials(const std::string& key) {
    static const std::set<std::string> parts = {"arguments", "flags", "start_pre", "environment",
                                                "ready"};
    return parts.contains(key);
}

ServiceSpec read_service(const std::string& component, const Tree::Entry& entry,
                         Diagnostics& diagnostics) {
    ServiceSpec service;
    service.component = component;
    service.unit = unit_name(entry.key);
    service.source = entry.key_at.source ? entry.key_at.source->name : "";
    MapReader reader(entry.value, "service '" + entry.key + "'", diagnostics);
    for (const auto& part : entry.value.entries()) {
        if (!may_use_credentials(part.key)) {
            refuse_credentials(part.value, diagnostics);
        }
    }
    service.description = reader.require_text("description");
    service.documentation = reader.take_text("documentation");
    read_command(reader, service, diagnostics);
    read_start_pre(reader, service, diagnostics);
    for (const auto& [name, value] : reader.take_text_map("environment")) {
        service.environment.emplace_back(name, argument_of(value));
    }
    service.credentials = reader.take_text_map("credentials");
    service.unit_properties = read_properties(reader.take_map("unit"), diagnostics);
    service.service_properties = read_properties(reader.take_map("service"), diagnostics);
    read_sandbox(reader, service, diagnostics);
    service.wants = unit_names(reader.take_texts("wants"));
    service.required = unit_names(reader.take_texts("requires"));
    service.after = unit_names(reader.take_texts("after"));
    service.before = unit_names(reader.take_texts("before"));
    if (const auto* ready = reader.take_map("ready")) {
        read_ready_probe(*ready, service, diagnostics);
    }
    reader.finish();
    return service;
}

} // namespace

void read_services(const std::string& component, const Tree& services, NodeSpec& spec,
                   Diagnostics& diagnostics) {
    for (const auto& entry : services.entries()) {
        auto service = read_service(component, entry, diagnostics);
        const bool taken = std::any_of(spec.services.begin(), spec.services.end(),
                                       [&](const auto& s) { return s.unit == service.unit; });
        if (taken) {
            diagnostics.add(entry.key_at, "two components declare " + service.unit);
        }
        spec.services.push_back(std::move(service));
    }
}

} // namespace k8s_node
