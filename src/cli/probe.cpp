// k8s-node-install probe: what units' ExecStartPost= runs.
#include <chrono>
#include <cstdio>

#include "cli/context.hpp"
#include "health/wait.hpp"
#include "support/text.hpp"

namespace k8s_node::cli {

namespace {

struct ProbeOptions {
    std::string url;
    std::string ca;
    std::string contains;
    std::string deadline = "60s";
};

std::chrono::milliseconds parse_deadline(const std::string& text) {
    const bool minutes = text.ends_with('m');
    const bool seconds = text.ends_with('s');
    const auto digits = minutes || seconds ? text.substr(0, text.size() - 1) : text;
    const auto number = parse_integer(digits);
    if (!number || *number < 1 || *number > 86400) {
        throw Error("--deadline " + text + " is no time", ExitStatus::usage)
            .try_this("write it as 60s or 5m");
    }
    return std::chrono::seconds(*number * (minutes ? 60 : 1));
}

ExitStatus run_probe(const ProbeOptions& options) {
    auto probe = Probe::parse(options.url);
    probe.ca_file = options.ca;
    probe.body_contains = options.contains;
    // Its output is the unit's journal: every new reason is a line there.
    wait_until_ready(probe, parse_deadline(options.deadline), [&](const WaitStatus& status) {
        std::printf("waiting for %s: %s\n", probe.text().c_str(), status.reason.c_str());
        std::fflush(stdout);
    });
    return ExitStatus::success;
}

} // namespace

void add_probe(CLI::App& app, Context& context) {
    auto* verb = app.add_subcommand("probe", "Wait until an endpoint answers");
    auto options = std::make_shared<ProbeOptions>();
    verb->add_option("url", options->url, "https://, http://, tcp://HOST:PORT or unix:///PATH")
        ->required();
    verb->add_option("--ca", options->ca, "Certificates that must have signed the server (PEM)");
    verb->add_option("--contains", options->contains, "Text that the answer must hold");
    verb->add_option("--deadline", options->deadline, "Give up after this time (60s, 5m)");
    verb->callback(
        [&context, options] { context.run = [options] { return run_probe(*options); }; });
}

} // namespace k8s_node::cli
