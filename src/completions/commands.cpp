#include "completions/commands.hpp"

#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>

#include "support/text.hpp"

namespace k8s_node::completions {

namespace {

/// Options and arguments by their names. A shell cannot guess what is not here.
Value value_named(const std::string& name) {
    static const std::map<std::string, Value> values = {
        {"bundle", {Values::files, ""}},
        {"ca", {Values::files, ""}},
        {"config", {Values::files, ""}},
        {"data", {Values::directories, ""}},
        {"directory", {Values::directories, ""}},
        {"file", {Values::files, ""}},
        {"join", {Values::files, ""}},
        {"kubeconfig", {Values::files, ""}},
        {"load-balancer", {Values::words, "none haproxy"}},
        {"mirror-ca", {Values::files, ""}},
        {"network", {Values::words, "bridge flannel host-gw none"}},
        {"out", {Values::files, ""}},
        {"output", {Values::words, "text json"}},
        {"profile", {Values::names, "profiles"}},
        {"release", {Values::names, "releases"}},
        {"root", {Values::directories, ""}},
        {"shell", {Values::words, "bash zsh fish"}},
        {"snapshot", {Values::files, ""}},
        {"svg", {Values::files, ""}},
        {"to", {Values::names, "releases"}},
        {"write", {Values::files, ""}},
    };
    const auto found = values.find(name);
    return found == values.end() ? Value{Values::unknown, ""} : found->second;
}

Option read_option(const CLI::Option& option) {
    Option read{option.get_lnames(), option.get_snames(), option.get_description(), {}, false};
    if (option.get_items_expected_max() > 0) {
        read.value = value_named(read.long_names.empty() ? "" : read.long_names.front());
        read.repeatable = option.get_items_expected_max() > 1;
    }
    return read;
}

Command read_command(const CLI::App& app, std::vector<std::string> path) {
    Command command{std::move(path), app.get_description(), {}, {}, {}};
    for (const auto* option : app.get_options()) {
        if (option->get_positional()) {
            command.arguments.push_back(value_named(option->get_name(true)));
        } else {
            command.options.push_back(read_option(*option));
        }
    }
    for (const auto* inner : app.get_subcommands([](const CLI::App*) { return true; })) {
        auto inner_path = command.path;
        inner_path.push_back(inner->get_name());
        command.inner.push_back(read_command(*inner, std::move(inner_path)));
    }
    return command;
}

bool has_option(const Command& command, const Option& option) {
    return std::any_of(command.options.begin(), command.options.end(),
                       [&](const Option& other) { return other.long_names == option.long_names; });
}

} // namespace

std::vector<std::string> names_of(const Option& option) {
    std::vector<std::string> names;
    for (const auto& name : option.long_names) {
        names.push_back("--" + name);
    }
    for (const auto& name : option.short_names) {
        names.push_back("-" + name);
    }
    return names;
}

Command read_commands(const CLI::App& program, const std::string& default_verb) {
    auto command = read_command(program, {});
    for (const auto& inner : command.inner) {
        if (inner.path.front() != default_verb) {
            continue;
        }
        for (const auto& option : inner.options) {
            if (!has_option(command, option)) {
                command.options.push_back(option);
            }
        }
    }
    return command;
}

std::string joined_path(const Command& command, const char* separator) {
    return join(command.path, separator);
}

} // namespace k8s_node::completions
