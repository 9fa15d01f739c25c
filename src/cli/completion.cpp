// k8s-node-install completion
#include <cstdio>
#include <map>

#include <CLI/CLI.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "support/text.hpp"

namespace k8s_node::cli {

namespace {

/// The part that does not depend on the verbs. bash splits "--option=value" into three candidates.
constexpr const char* functions = R"bash(
_k8s_node_install_names() {
    local file
    for file in {/usr/share,/etc}/k8s-node/"$1"/*.yaml; do
        [[ -e $file ]] && basename "$file" .yaml
    done
}

_k8s_node_install_value() {
    local kind=${_k8s_node_install_values[$1]}
    case $kind in
        file) compgen -f -- "$2" ;;
        directory) compgen -d -- "$2" ;;
        profiles | releases) compgen -W "$(_k8s_node_install_names "$kind")" -- "$2" ;;
        text) ;;
        *) compgen -W "$kind" -- "$2" ;;
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
        mapfile -t COMPREPLY < <(_k8s_node_install_value "$before" "$current")
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ -n ${_k8s_node_install_verbs[${verb:+$verb }$word]} ]] && verb="${verb:+$verb }$word"
    done
    mapfile -t COMPREPLY < <(compgen -W "${_k8s_node_install_verbs[${verb:- }]}" -- "$current")
}

complete -o filenames -F _k8s_node_install k8s-node-install
)bash";

/// Returns how to complete an option's value: a kind that the script knows, a list to choose from,
/// or "text" if it cannot be guessed.
std::string kind_of(const CLI::Option& option) {
    static const std::map<std::string, std::string> kinds = {
        {"config", "file"},      {"mirror-ca", "file"},   {"bundle", "file"},
        {"join", "file"},        {"write", "file"},       {"ca", "file"},
        {"root", "directory"},   {"kubeconfig", "file"},  {"data", "directory"},
        {"out", "directory"},    {"profile", "profiles"}, {"release", "releases"},
        {"output", "text json"},
    };
    const auto& names = option.get_lnames();
    const auto found = names.empty() ? kinds.end() : kinds.find(names.front());
    return found == kinds.end() ? "text" : found->second;
}

std::vector<std::string> names_of(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const auto& name : option.get_lnames()) {
        names.push_back("--" + name);
    }
    for (const auto& name : option.get_snames()) {
        names.push_back("-" + name);
    }
    return names;
}

using Table = std::map<std::string, std::string>;

/// Fills `verbs` with the candidates after each verb ("" before any) and `values` with the kinds of
/// the options that take a value.
void collect(const CLI::App& app, const std::string& path, Table& verbs, Table& values) {
    std::vector<std::string> candidates;
    for (const auto* inner : app.get_subcommands([](const CLI::App*) { return true; })) {
        candidates.push_back(inner->get_name());
        collect(*inner, path.empty() ? inner->get_name() : path + " " + inner->get_name(), verbs,
                values);
    }
    for (const auto* option : app.get_options()) {
        for (const auto& name : names_of(*option)) {
            candidates.push_back(name);
            if (option->get_items_expected_max() > 0) {
                values[name] = kind_of(*option);
            }
        }
    }
    verbs[path] = join(candidates, " ");
}

void print_table(const char* name, const Table& table) {
    std::printf("declare -gA %s=(\n", name);
    for (const auto& [key, value] : table) {
        // bash refuses an empty subscript.
        std::printf("    ['%s']='%s'\n", key.empty() ? " " : key.c_str(), value.c_str());
    }
    std::puts(")");
}

ExitStatus print_completion(const CLI::App& app) {
    Table verbs;
    Table values;
    collect(app, "", verbs, values);
    // The default verb is install.
    verbs[""] += " " + verbs["install"];
    std::puts("# bash completion, written by `k8s-node-install completion bash`");
    print_table("_k8s_node_install_verbs", verbs);
    print_table("_k8s_node_install_values", values);
    std::fputs(functions, stdout);
    return ExitStatus::success;
}

} // namespace

void add_completion(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("completion", "Print completions for a shell");
    verb.parser().add_option("shell", "bash")->required()->check(CLI::IsMember({"bash"}));
    verb.runs_unrecorded([&app = parent.parser()] { return print_completion(app); },
                         Answers::only_text);
}

} // namespace k8s_node::cli
