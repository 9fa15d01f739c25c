#include <fmt/core.h>

#include "completions/scripts.hpp"
#include "support/text.hpp"

namespace k8s_node::completions {

namespace {

/// fish asks each condition once for a line, however many candidates have it.
constexpr const char* functions = R"fish(
function __k8s_node_install_after
    set -l path
    set -l words (commandline -opc)
    for word in $words[2..]
        set -l next (string join -- ' ' $path $word)
        contains -- $next $__k8s_node_install_verbs; and set path $next
    end
    test "$path" = "$argv"
end

function __k8s_node_install_names
    set -l shipped {}/(string replace profiles '' $argv)
    for file in $shipped/*.yaml /etc/k8s-node/$argv/*.yaml
        path change-extension '' (path basename $file)
    end
end

complete -c k8s-node-install -f
)fish";

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char character : text) {
        if (character == '\'' || character == '\\') {
            result += '\\';
        }
        result += character;
    }
    return result + "'";
}

/// The switches of `complete` for a value.
std::string switches_of(const Value& value) {
    switch (value.kind) {
    case Values::files:
        return " -F";
    case Values::directories:
        return " -f -a '(__fish_complete_directories)'";
    case Values::names:
        return fmt::format(" -f -a '(__k8s_node_install_names {})'", value.choice);
    case Values::words:
        return " -f -a " + quoted(value.choice);
    case Values::none:
    case Values::unknown:
        break;
    }
    return " -f";
}

std::string line_of(const Option& option) {
    std::string line;
    for (const auto& name : option.short_names) {
        line += " -s " + name;
    }
    for (const auto& name : option.long_names) {
        line += " -l " + name;
    }
    line += " -d " + quoted(option.help);
    return option.value.kind == Values::none ? line : line + " -r" + switches_of(option.value);
}

std::string lines_of(const Command& command) {
    const auto begin = fmt::format("complete -c k8s-node-install -n '__k8s_node_install_after {}'",
                                   joined_path(command, " "));
    std::string text;
    for (const auto& inner : command.inner) {
        text += fmt::format("{} -a {} -d {}\n", begin, inner.path.back(), quoted(inner.help));
    }
    for (const auto& option : command.options) {
        text += begin + line_of(option) + "\n";
    }
    if (!command.arguments.empty()) {
        text += begin + switches_of(command.arguments.front()) + "\n";
    }
    for (const auto& inner : command.inner) {
        text += lines_of(inner);
    }
    return text;
}

std::string paths_of(const Command& command) {
    std::string text;
    for (const auto& inner : command.inner) {
        text += " '" + joined_path(inner, " ") + "'" + paths_of(inner);
    }
    return text;
}

} // namespace

std::string fish_script(const Command& program, const std::string& data) {
    return "# fish completion, written by `k8s-node-install completion fish`\n"
           "set -g __k8s_node_install_verbs" +
           paths_of(program) + "\n" + fmt::format(fmt::runtime(functions), data) +
           lines_of(program);
}

} // namespace k8s_node::completions
