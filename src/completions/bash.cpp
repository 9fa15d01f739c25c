#include <map>
#include <vector>

#include <fmt/core.h>

#include "completions/scripts.hpp"
#include "support/text.hpp"

namespace k8s_node::completions {

namespace {

/// The part that does not depend on the verbs. bash splits "--option=value" into three candidates.
constexpr const char* functions = R"bash(
_k8s_node_install_names() {
    local file directory=/etc/k8s-node/$1
    for file in "$_k8s_node_install_data/${1#profiles}"/*.yaml "$directory"/*.yaml; do
        [[ -e $file ]] && basename "$file" .yaml
    done
}

_k8s_node_install_value() {
    case $1 in
        file) compgen -f -- "$2" ;;
        directory) compgen -d -- "$2" ;;
        profiles | releases) compgen -W "$(_k8s_node_install_names "$1")" -- "$2" ;;
        text) ;;
        *) compgen -W "$1" -- "$2" ;;
    esac
}

_k8s_node_install() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb='' word
    if [[ $current == '=' ]]; then
        current=''
    elif [[ $before == '=' ]]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
    fi
    if [[ -n ${_k8s_node_install_values[$before]} ]]; then
        mapfile -t COMPREPLY < <(_k8s_node_install_value "${_k8s_node_install_values[$before]}" "$current")
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ -n ${_k8s_node_install_verbs[${verb:+$verb }$word]} ]] && verb="${verb:+$verb }$word"
    done
    mapfile -t COMPREPLY < <(
        compgen -W "${_k8s_node_install_verbs[${verb:- }]}" -- "$current"
        [[ $current == -* ]] ||
            _k8s_node_install_value "${_k8s_node_install_arguments[${verb:- }]:-text}" "$current"
    )
}

complete -o filenames -F _k8s_node_install k8s-node-install
)bash";

using Table = std::map<std::string, std::string>;

struct Tables {
    Table verbs;     ///< what may follow each verb
    Table values;    ///< how the value of an option is completed
    Table arguments; ///< how the argument of a verb is
};

std::string kind_of(const Value& value) {
    switch (value.kind) {
    case Values::files:
        return "file";
    case Values::directories:
        return "directory";
    case Values::names:
    case Values::words:
        return value.choice;
    case Values::none:
    case Values::unknown:
        break;
    }
    return "text";
}

void collect(const Command& command, Tables& tables) {
    // bash refuses an empty subscript.
    const auto path = command.path.empty() ? " " : joined_path(command, " ");
    std::vector<std::string> candidates;
    for (const auto& inner : command.inner) {
        candidates.push_back(inner.path.back());
        collect(inner, tables);
    }
    for (const auto& option : command.options) {
        for (const auto& name : names_of(option)) {
            candidates.push_back(name);
            if (option.value.kind != Values::none) {
                tables.values[name] = kind_of(option.value);
            }
        }
    }
    tables.verbs[path] = join(candidates, " ");
    if (!command.arguments.empty()) {
        tables.arguments[path] = kind_of(command.arguments.front());
    }
}

std::string table_text(const char* name, const Table& table) {
    auto text = fmt::format("declare -gA _k8s_node_install_{}=(\n", name);
    for (const auto& [key, value] : table) {
        text += fmt::format("    ['{}']='{}'\n", key, value);
    }
    return text + ")\n";
}

} // namespace

std::string bash_script(const Command& program, const std::string& data) {
    Tables tables;
    collect(program, tables);
    return "# bash completion, written by `k8s-node-install completion bash`\n" +
           table_text("verbs", tables.verbs) + table_text("values", tables.values) +
           table_text("arguments", tables.arguments) +
           fmt::format("_k8s_node_install_data={}\n", data) + functions;
}

} // namespace k8s_node::completions
