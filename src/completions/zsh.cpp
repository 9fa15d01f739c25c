#include <fmt/core.h>

#include "completions/scripts.hpp"
#include "support/text.hpp"

namespace k8s_node::completions {

namespace {

constexpr const char* names_function = R"zsh(
_k8s_node_install_names() {{
    local -a names=({0}/${{1#profiles}}/*.yaml(N:t:r) /etc/k8s-node/$1/*.yaml(N:t:r))
    _describe -t $1 $1 names
}}
)zsh";

/// The function of a verb with verbs of its own. From the inner verb on, the line is completed by
/// the function of that one.
constexpr const char* dispatch = R"zsh(        '1: :->verb' '*:: :->rest' && ret=0
    case $state in
        verb) _describe -t commands command verbs && ret=0 ;;
        rest) (( $+functions[{0}_$line[1]] )) && {0}_$line[1] && ret=0 ;;
    esac
    return ret
}}
)zsh";

/// For text between single quotes, with what _arguments would take for its own marks escaped.
std::string quoted(const std::string& text, std::string_view marks) {
    std::string result;
    for (const char character : text) {
        if (character == '\'') {
            result += "'\\''";
            continue;
        }
        if (marks.find(character) != std::string_view::npos) {
            result += '\\';
        }
        result += character;
    }
    return result;
}

std::string action_of(const Value& value) {
    switch (value.kind) {
    case Values::files:
        return "_files";
    case Values::directories:
        return "_files -/";
    case Values::names:
        // After a blank _arguments calls it with these arguments only.
        return " _k8s_node_install_names " + value.choice;
    case Values::words:
        return "(" + value.choice + ")";
    case Values::none:
    case Values::unknown:
        break;
    }
    return " ";
}

/// One specification of _arguments for all names of an option, which excludes the others of them.
std::string specification(const Option& option) {
    const bool takes_value = option.value.kind != Values::none;
    std::vector<std::string> spellings;
    for (const auto& name : option.short_names) {
        spellings.push_back(takes_value ? "-" + name + "+" : "-" + name);
    }
    for (const auto& name : option.long_names) {
        spellings.push_back(takes_value ? "--" + name + "=" : "--" + name);
    }
    const auto end = "[" + quoted(option.help, "\\[]:") + "]";
    std::string text = option.repeatable ? "'*" : "'";
    if (spellings.size() == 1) {
        text += spellings.front() + end;
    } else {
        text += option.repeatable ? "" : "(" + join(names_of(option), " ") + ")";
        text += "'{" + join(spellings, ",") + "}'" + end;
    }
    if (takes_value) {
        text += ":value:" + action_of(option.value);
    }
    return text + "'";
}

std::string function_of(const Command& command) {
    return command.path.empty() ? "_k8s_node_install"
                                : "_k8s_node_install_" + joined_path(command, "_");
}

std::string verbs_array(const Command& command) {
    std::string text = "    local -a verbs=(\n";
    for (const auto& inner : command.inner) {
        text += fmt::format("        '{}:{}'\n", inner.path.back(), quoted(inner.help, "\\"));
    }
    return text + "    )\n";
}

std::string function_text(const Command& command) {
    const bool has_verbs = !command.inner.empty();
    const auto name = function_of(command);
    auto text = fmt::format("\n{}() {{\n", name);
    if (has_verbs) {
        text += "    local curcontext=$curcontext state line ret=1\n" + verbs_array(command);
    }
    text += fmt::format("    _arguments -s {}\\\n", has_verbs ? "-C " : "");
    for (const auto& option : command.options) {
        text += "        " + specification(option) + " \\\n";
    }
    if (has_verbs) {
        return text + fmt::format(fmt::runtime(dispatch), name);
    }
    for (const auto& argument : command.arguments) {
        text += fmt::format("        '{}:value:{}' \\\n",
                            &argument == &command.arguments.back() ? "*" : "", action_of(argument));
    }
    text.erase(text.size() - 3); // " \\\n"
    return text + "\n}\n";
}

std::string functions_text(const Command& command) {
    auto text = function_text(command);
    for (const auto& inner : command.inner) {
        text += functions_text(inner);
    }
    return text;
}

} // namespace

std::string zsh_script(const Command& program, const std::string& data) {
    return "#compdef k8s-node-install\n"
           "# zsh completion, written by `k8s-node-install completion zsh`\n" +
           fmt::format(fmt::runtime(names_function), data) + functions_text(program) +
           "\n_k8s_node_install \"$@\"\n";
}

} // namespace k8s_node::completions
