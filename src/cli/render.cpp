// k8s-node-install render
#include <cstdio>

#include "cli/context.hpp"
#include "node/desired.hpp"

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

} // namespace

void add_render(CLI::App& app, Context& context) {
    auto* verb = app.add_subcommand("render", "Show the generation: units, files, objects");
    add_node_options(*verb, context);
    auto out = std::make_shared<std::string>();
    verb->add_option("--out", *out, "Write it into this directory instead of printing it");
    verb->callback([&context, out] {
        context.run = [&context, out] {
            const auto node = load_desired(context.node);
            if (out->empty()) {
                print_generation(node.generation);
            } else {
                write_generation(node.generation, *out);
            }
            return ExitStatus::success;
        };
    });
}

} // namespace k8s_node::cli
