// The `services` part of a component: units, their command lines and edges.
#include <algorithm>
#include <set>

#include "config/interpolate.hpp"
#include "config/parts.hpp"
#include "config/reader.hpp"
#include "config/values.hpp"
#include "model/probe.hpp"
#include "support/text.hpp"
#include "unit/escape.hpp"
#include "unit/unit_file.hpp"
#include "unit/value.hpp"

namespace k8s_node {

namespace {

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

/// Reports what the unit model refuses, at the place that says it.
template <typename Make>
void require_writable(const Position& at, Diagnostics& diagnostics, Make make) {
    try {
        static_cast<void>(make());
    } catch (const Error& error) {
        diagnostics.add(at, error.message());
    }
}

/// Resolved text as the unit model's literal: it stands for what PID 1 puts in
/// place of the marker, too.
unit::Word literal(const std::string& text) {
    return {replace_all(text, std::string(1, credentials_directory_marker), "/")};
}

Argument argument_at(const std::string& text, const Position& at, Diagnostics& diagnostics) {
    require_writable(at, diagnostics, [&] { return unit::Value::command({"/x", literal(text)}); });
    return argument_of(text);
}

/// One line of text in which nothing but specifiers has a meaning.
std::string take_line(MapReader& reader, const std::string& key, Diagnostics& diagnostics) {
    auto text = reader.take_text(key);
    require_writable(reader.at(key), diagnostics, [&] { return unit::Value::plain(text); });
    return text;
}

std::vector<std::string> take_units(MapReader& reader, const std::string& key,
                                    Diagnostics& diagnostics) {
    std::vector<std::string> units;
    for (const auto* name : reader.take_scalars(key)) {
        units.push_back(unit_name(name->text()));
        require_writable(name->at(), diagnostics,
                         [&] { return unit::require_valid_name(units.back()); });
    }
    return units;
}

void read_command(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    const auto program = reader.require_text("exec");
    if (!program.empty()) {
        require_writable(reader.at("exec"), diagnostics,
                         [&] { return unit::Value::command({unit::Word(program)}); });
    }
    service.command.push_back(argument_of(program));
    for (const auto* argument : reader.take_scalars("arguments")) {
        service.command.push_back(argument_at(argument->text(), argument->at(), diagnostics));
    }
    if (const auto* flags = reader.take_map("flags")) {
        for (const auto& entry : flags->entries()) {
            const auto word =
                "--" + entry.key + "=" + flag_value(entry.value, entry.key, diagnostics);
            service.command.push_back(argument_at(word, entry.value.at(), diagnostics));
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
        std::vector<unit::Word> literals;
        for (const auto& word : texts_of(command, "'start_pre'", diagnostics)) {
            words.push_back(argument_of(word));
            literals.push_back(literal(word));
        }
        require_writable(command.at(), diagnostics, [&] { return unit::Value::command(literals); });
        service.start_pre.push_back(std::move(words));
    }
}

void read_environment(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    for (const auto* entry : reader.take_scalar_map("environment")) {
        const auto& text = entry->value.text();
        require_writable(entry->key_at, diagnostics,
                         [&] { return unit::Value::environment(entry->key, literal(text)); });
        service.environment.emplace_back(entry->key, argument_of(text));
    }
}

void read_credentials(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    for (const auto* entry : reader.take_scalar_map("credentials")) {
        const auto& path = entry->value.text();
        require_writable(entry->value.at(), diagnostics,
                         [&] { return unit::Value::plain(entry->key + ":" + path); });
        if (!is_confined_path(entry->key) || entry->key.find_first_of("/:") != std::string::npos) {
            diagnostics.add(entry->key_at, "'" + entry->key + "' cannot be a credential's name");
        }
        service.credentials.emplace_back(entry->key, path);
    }
}

/// Directives by systemd's own names, values written as systemd reads them.
std::vector<UnitProperty> read_properties(const Tree* section, Diagnostics& diagnostics) {
    std::vector<UnitProperty> out;
    if (section == nullptr) {
        return out;
    }
    for (const auto& entry : section->entries()) {
        UnitProperty property{entry.key, {}};
        for (const auto* value : scalars_of(entry.value, "'" + entry.key + "'", diagnostics)) {
            require_writable(value->at(), diagnostics, [&] {
                unit::UnitFile file;
                file.add("Service", entry.key, unit::Value::verbatim(value->text()));
                return file.write();
            });
            if (value->text().ends_with('\\')) {
                diagnostics.add(value->at(), "'" + entry.key +
                                                 "' must not end with a backslash: systemd "
                                                 "would read the next line as part of it");
            }
            property.values.push_back(value->text());
        }
        out.push_back(std::move(property));
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
    const auto url = reader.require_text("url");
    if (!url.empty()) {
        require_writable(reader.at("url"), diagnostics, [&] { return Probe::parse(url); });
    }
    probe.url = argument_of(url);
    probe.authority = argument_at(reader.take_text("ca"), reader.at("ca"), diagnostics);
    probe.contains = reader.take_text("contains");
    static_cast<void>(argument_at(probe.contains, reader.at("contains"), diagnostics));
    probe.deadline = reader.take_text("deadline", probe.deadline);
    if (!is_duration(probe.deadline)) {
        diagnostics.add(reader.at("deadline"),
                        "'deadline' must be a duration such as 90s, not '" + probe.deadline + "'");
    }
    reader.finish();
    service.ready = std::move(probe);
}

/// Reports every text of `tree` that names a credential.
void refuse_credentials(const Tree& tree, Diagnostics& diagnostics) {
    if (tree.text().find(credentials_directory_marker) != std::string::npos) {
        diagnostics.add(tree.at(), "${credential.…} has no meaning here",
                        "only a service's arguments, environment and probe can use it");
    }
    for (const auto& item : tree.items()) {
        refuse_credentials(item, diagnostics);
    }
    for (const auto& entry : tree.entries()) {
        refuse_credentials(Tree::scalar(entry.key, true, entry.key_at), diagnostics);
        refuse_credentials(entry.value, diagnostics);
    }
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
    require_writable(entry.key_at, diagnostics,
                     [&] { return unit::require_valid_name(service.unit); });
    static_cast<void>(reader.require_text("description"));
    service.description = take_line(reader, "description", diagnostics);
    service.documentation = take_line(reader, "documentation", diagnostics);
    read_command(reader, service, diagnostics);
    read_start_pre(reader, service, diagnostics);
    read_environment(reader, service, diagnostics);
    read_credentials(reader, service, diagnostics);
    service.unit_properties = read_properties(reader.take_map("unit"), diagnostics);
    service.service_properties = read_properties(reader.take_map("service"), diagnostics);
    read_sandbox(reader, service, diagnostics);
    service.wants = take_units(reader, "wants", diagnostics);
    service.required = take_units(reader, "requires", diagnostics);
    service.after = take_units(reader, "after", diagnostics);
    service.before = take_units(reader, "before", diagnostics);
    if (const auto* ready = reader.take_map("ready")) {
        read_ready_probe(*ready, service, diagnostics);
    }
    reader.finish();
    return service;
}

} // namespace

std::string unit_name(const std::string& name) {
    static constexpr std::string_view suffixes[] = {".service", ".target", ".socket", ".mount",
                                                    ".path",    ".timer",  ".slice",  ".device"};
    const bool complete = std::any_of(std::begin(suffixes), std::end(suffixes),
                                      [&](auto suffix) { return name.ends_with(suffix); });
    return complete ? name : name + ".service";
}

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
