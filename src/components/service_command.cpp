// Reads the command of a service: program, arguments, environment.
#include <algorithm>

#include "components/parts.hpp"
#include "components/service_parts.hpp"
#include "language/interpolate.hpp"
#include "language/values.hpp"
#include "support/text.hpp"
#include "unit/value.hpp"

namespace k8s_node {

namespace {

/// Formats the value of a flag: lists are joined by commas, maps become k=v pairs.
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

/// Returns resolved text as a literal word; the marker counts as text, although PID 1 replaces
/// it.
unit::Word literal(const std::string& text) {
    return {replace_all(text, std::string(1, credentials_directory_marker), "/")};
}

/// Reports invalid flag names. A flag is named without its dashes, which are added.
void check_flag_name(const Tree::Entry& flag, Diagnostics& diagnostics) {
    const auto bare = flag.key.substr(std::min(flag.key.find_first_not_of('-'), flag.key.size()));
    if (bare.empty()) {
        diagnostics.add(flag.key_at, "a flag must have a name",
                        "an argument without a name belongs to 'arguments'");
    } else if (bare != flag.key) {
        diagnostics.add(flag.key_at, "flag '" + flag.key + "' must be named without dashes",
                        "write '" + bare.substr(0, bare.find('=')) + "'");
    } else if (bare.find_first_of("= \t\n\"'") != std::string::npos) {
        diagnostics.add(flag.key_at, "'" + flag.key + "' is not a valid flag name",
                        "write NAME: VALUE");
    }
}

void read_command(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    const auto program = reader.require_text("exec");
    if (program.find_first_of(" \t\n") != std::string::npos) {
        diagnostics.add(reader.at("exec"), "'exec' must be the path of a program and nothing else",
                        "anything after it belongs to 'arguments' or 'flags'");
    } else if (!program.empty()) {
        require_writable(reader.at("exec"), diagnostics,
                         [&] { return unit::Value::command({unit::Word(program)}); });
    }
    service.command.push_back(argument_of(program));
    for (const auto* argument : reader.take_scalars("arguments")) {
        service.command.push_back(argument_at(argument->text(), argument->at(), diagnostics));
    }
    if (const auto* flags = reader.take_map("flags")) {
        for (const auto& entry : flags->entries()) {
            check_flag_name(entry, diagnostics);
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
        std::vector<Argument> argv;
        std::vector<unit::Word> literals;
        for (const auto& word : texts_of(command, "'start_pre'", diagnostics)) {
            argv.push_back(argument_of(word));
            literals.push_back(literal(word));
        }
        require_writable(command.at(), diagnostics, [&] { return unit::Value::command(literals); });
        service.start_pre.push_back(std::move(argv));
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
            diagnostics.add(entry->key_at, "'" + entry->key + "' is not a valid credential name");
        }
        service.credentials.emplace_back(entry->key, path);
    }
}

} // namespace

Argument argument_at(const std::string& text, const Position& at, Diagnostics& diagnostics) {
    require_writable(at, diagnostics, [&] { return unit::Value::command({"/x", literal(text)}); });
    return argument_of(text);
}

void read_command_parts(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    read_command(reader, service, diagnostics);
    read_start_pre(reader, service, diagnostics);
    read_environment(reader, service, diagnostics);
    read_credentials(reader, service, diagnostics);
}

} // namespace k8s_node
