#include "generators/run.hpp"

#include <string_view>

#include "generators/one_line.hpp"
#include "generators/publish.hpp"
#include "support/error.hpp"

namespace k8s_node::generator {

namespace {

constexpr const char* system_credentials = "/run/credentials/@system";

struct Result {
    Decision decision;
    OutputTree tree;
};

/// A manifest can be well-formed and still contain what no unit file can.
Result resolve(Decision decision, const Installation& installation) {
    try {
        auto tree = generate(decision, installation);
        return {std::move(decision), std::move(tree)};
    } catch (const Error& error) {
        const auto* node = std::get_if<Node>(&decision);
        Decision damaged = node == nullptr ? Damaged{one_line(error), "/proc/cmdline"}
                                           : Damaged{node->directory + ": " + one_line(error),
                                                     node->directory + "/manifest.json"};
        auto tree = generate(damaged, installation);
        return {std::move(damaged), std::move(tree)};
    }
}

void report(EventSink& events, Priority priority, std::string_view message) {
    events.report(
        {.priority = priority, .message = one_line(message), .message_id = "", .fields = {}});
}

/// An ordinary boot is not worth a line in the kernel's log.
struct Report {
    EventSink& events;

    void report_interrupted(const FirstBoot& first) const {
        report(events, Priority::notice,
               "the first installation was interrupted and continues: profile " + first.profile +
                   ", named by " + first.source);
    }
    void operator()(const Nothing& /*decision*/) const {}
    void operator()(const Node& node) const {
        if (node.unfinished) {
            report_interrupted(*node.unfinished);
        }
        if (node.replaced) {
            report(events, Priority::notice,
                   "this boot uses generation " + std::to_string(node.generation) + " instead of " +
                       *node.replaced + ", as selected on the kernel command line");
        }
    }
    void operator()(const Disabled& disabled) const {
        report(events, Priority::notice,
               "no Kubernetes node in this boot: " + disabled.word +
                   " is on the kernel command line");
    }
    void operator()(const FirstBoot& first) const {
        if (first.cut_off) {
            report_interrupted(first);
            return;
        }
        report(events, Priority::notice,
               "no generation on this machine: installing profile " + first.profile +
                   ", named by " + first.source);
    }
    void operator()(const Damaged& damaged) const {
        report(events, Priority::error, "the Kubernetes node cannot start: " + damaged.message);
    }
};

} // namespace

ManagerEnvironment read_environment(const Lookup& variable, const InputTree& machine) {
    const auto text = [&](const char* name) -> std::string_view {
        const char* value = variable(name);
        return value == nullptr ? "" : value;
    };
    const auto credentials = text("CREDENTIALS_DIRECTORY");
    return {
        .system = text("SYSTEMD_SCOPE") != "user",
        .initrd = text("SYSTEMD_IN_INITRD") == "1",
        .container = text("SYSTEMD_VIRTUALIZATION").starts_with("container:") ||
                     machine.has_content("/run/systemd/container"),
        .credentials_directory =
            std::string(credentials.empty() ? system_credentials : credentials),
    };
}

int run(const InputTree& machine, const ManagerEnvironment& manager,
        const Installation& installation, const std::string& output, EventSink& events) {
    const auto result = resolve(decide(machine, manager), installation);
    publish(result.tree, output);
    std::visit(Report{events}, result.decision);
    return std::holds_alternative<Damaged>(result.decision) ? 1 : 0;
}

} // namespace k8s_node::generator
