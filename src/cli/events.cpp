// k8s-node-install events
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "explaining/changes.hpp"
#include "support/printable.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

void print_events(const std::vector<NodeEvent>& events) {
    for (const auto& event : events) {
        std::printf("%s  %-24s %s%s%s\n", utc_text(event.time).c_str(),
                    printable(event.who).c_str(), printable(event.what).c_str(),
                    event.why.empty() ? "" : "; ", printable(event.why).c_str());
    }
    if (events.empty()) {
        std::puts("Nothing changed on this node.");
    }
}

Json events_json(const std::vector<NodeEvent>& events) {
    auto out = Json::array();
    for (const auto& event : events) {
        out.push_back({{"time", utc_text(event.time)},
                       {"who", event.who},
                       {"what", event.what},
                       {"why", event.why}});
    }
    return {{"events", std::move(out)}};
}

ExitStatus run_events(const Context& context, const std::string& since) {
    const auto begin = since.empty() ? std::chrono::sys_seconds() : parse_since(since, utc_now());
    const auto events = read_node_events(context.node.root, begin);
    if (context.output == Output::json) {
        print_json(events_json(events));
    } else if (talks(context)) {
        print_events(events);
    }
    return ExitStatus::success;
}

} // namespace

void add_events(Verb& parent, Context& context) {
    auto since = std::make_shared<std::string>();
    auto verb = parent.add("events", "Show what changed on this node, who did it and why");
    verb.text("--since", *since, "A time: 2026-11-24, tuesday, yesterday, 36h, …");
    add_root_option(verb, context);
    verb.runs_unrecorded([&context, since] { return run_events(context, *since); });
}

} // namespace k8s_node::cli
