// k8s-node-install render
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "node/desired.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

void print_generation(const Generation& generation) {
    for (const auto& [path, content] : generation.files) {
        std::printf("---%s---\n%s", path.c_str(), content.c_str());
        std::printf("%s", content.empty() || content.back() == '\n' ? "" : "\n");
    }
}

void write_generation(const Generation& generation, const std::filesystem::path& directory) {
    for (const auto& [path, content] : generation.files) {
        make_directories((directory / path).parent_path());
        write_file_atomically(directory / path, content, {0644, ::geteuid(), ::getegid()});
    }
}

ExitStatus run_render(const Context& context, const std::string& out) {
    const auto generation = load_desired(context.node).generation;
    if (!out.empty()) {
        write_generation(generation, out);
    }
    if (context.output == Output::json) {
        print_json({{"files", generation.files}});
    } else if (out.empty()) {
        print_generation(generation);
    }
    return ExitStatus::success;
}

} // namespace

void add_render(Verb& parent, Context& context) {
    auto verb = parent.add("render", "Render the generation: units, files, objects");
    add_node_options(verb, context);
    auto out = std::make_shared<std::string>();
    verb.text("--out", *out, "Write to this directory instead of standard output");
    verb.runs_unrecorded([&context, out] { return run_render(context, *out); });
}

} // namespace k8s_node::cli
