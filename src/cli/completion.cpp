// k8s-node-install completion
#include <cstdio>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/build.hpp"
#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "completions/scripts.hpp"

namespace k8s_node::cli {

namespace {

using Script = std::string (*)(const completions::Command& program, const std::string& data);

const std::map<std::string, Script>& scripts() {
    static const std::map<std::string, Script> all = {
        {"bash", completions::bash_script},
        {"fish", completions::fish_script},
        {"zsh", completions::zsh_script},
    };
    return all;
}

} // namespace

void add_completion(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("completion", "Print completions for a shell");
    const auto shell = std::make_shared<std::string>();
    verb.parser()
        .add_option("shell", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember(scripts()));
    verb.runs_unrecorded(
        [shell, &app = parent.parser()] {
            const auto program = completions::read_commands(app, "install");
            std::fputs(scripts().at(*shell)(program, build::data_directory).c_str(), stdout);
            return ExitStatus::success;
        },
        Answers::only_text);
}

} // namespace k8s_node::cli
