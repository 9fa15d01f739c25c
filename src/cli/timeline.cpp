// k8s-node-install timeline
#include "generations/timeline.hpp"

#include <cstdio>
#include <memory>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "charts/timeline_chart.hpp"
#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

ExitStatus run_timeline(const Context& context, bool svg) {
    const auto timeline = last_timeline(context.node.root);
    if (svg) {
        std::fputs(timeline_svg(timeline).c_str(), stdout);
    } else if (context.output == Output::json) {
        print_json(nlohmann::ordered_json::parse(write_timeline(timeline)));
    } else {
        std::fputs(timeline_text(timeline, usable_width(STDOUT_FILENO)).c_str(), stdout);
    }
    return ExitStatus::success;
}

} // namespace

void add_timeline(Verb& parent, Context& context) {
    auto svg = std::make_shared<bool>(false);
    auto verb = parent.add("timeline", "Show the times of the last change, step by step");
    add_root_option(verb, context);
    verb.flag("--svg", *svg, "Print it as an SVG document");
    verb.runs_unrecorded([&context, svg] { return run_timeline(context, *svg); });
}

} // namespace k8s_node::cli
