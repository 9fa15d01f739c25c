// k8s-node-install graph
#include <cstdio>
#include <memory>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "charts/unit_graph_chart.hpp"
#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "generations/generation_resource.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

Manifest require_manifest(const Context& context) {
    auto manifest = installed_manifest(context.node.root);
    if (!manifest) {
        throw Error("nothing is installed here: there is no current generation", ExitStatus::usage);
    }
    return *std::move(manifest);
}

nlohmann::ordered_json json_of(const UnitGraph& graph) {
    auto units = nlohmann::ordered_json::array();
    for (const auto& unit : graph.units) {
        auto after = nlohmann::ordered_json::array();
        for (const auto& edge : unit.after) {
            after.push_back({{"unit", edge.on}, {"required", edge.required}});
        }
        units.push_back({{"name", unit.name},
                         {"component", unit.component},
                         {"step", unit.step},
                         {"in_target", unit.in_target},
                         {"after", std::move(after)}});
    }
    return {{"units", std::move(units)}};
}

ExitStatus run_graph(const Context& context, bool svg) {
    const auto manifest = require_manifest(context);
    const auto graph = unit_graph(manifest);
    if (svg) {
        const auto title = manifest.node_name + ": profile " + manifest.profile + ", Kubernetes " +
                           manifest.release;
        std::fputs(unit_graph_svg(graph, title).c_str(), stdout);
    } else if (context.output == Output::json) {
        print_json(json_of(graph));
    } else {
        std::fputs(unit_graph_text(graph, usable_width(STDOUT_FILENO)).c_str(), stdout);
    }
    return ExitStatus::success;
}

} // namespace

void add_graph(Verb& parent, Context& context) {
    auto svg = std::make_shared<bool>(false);
    auto verb = parent.add("graph", "Show which unit starts after which");
    add_root_option(verb, context);
    verb.flag("--svg", *svg, "Print it as an SVG document");
    verb.runs_unrecorded([&context, svg] { return run_graph(context, *svg); });
}

} // namespace k8s_node::cli
