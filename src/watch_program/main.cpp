// k8s-node-watch: for ExecStart= of k8s-node-watch.service. A program of its own, because the
// libraries that k8s-node-install is linked with take more memory than this one may.
#include <csignal>

#include <CLI/CLI.hpp>

#include "journal/journal_sink.hpp"
#include "liveness/service.hpp"
#include "model/duration.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

constexpr std::chrono::seconds shortest_interval{1};

std::chrono::milliseconds parse_interval(const std::string& text) {
    const auto interval = parse_duration(text);
    if (!interval || *interval < shortest_interval) {
        throw Error("--interval " + text + ": not a duration of a second or more",
                    ExitStatus::usage)
            .try_this("write it as 10s or 1m");
    }
    return std::chrono::ceil<std::chrono::milliseconds>(*interval);
}

/// Whoever wants to know sooner accepts that less time is given.
void set_interval(liveness::WatchOptions& options, std::chrono::milliseconds interval) {
    options.interval = interval;
    options.rules.grace = 6 * interval;
    options.rules.settling = 3 * interval;
}

int report(EventSink& journal, const Error& error) {
    journal.report({Priority::error, error.message(), {}, {{"K8S_NODE_HINT", error.hint()}}});
    return static_cast<int>(error.status());
}

int watch(int argc, char** argv) {
    CLI::App program("Watches the services of this node (a service of systemd)", "k8s-node-watch");
    liveness::WatchOptions options;
    std::string interval = "10s";
    program.add_option("--interval", interval, "How often every service is asked (10s)");
    program.add_option("--failures", options.rules.failures,
                       "Failures in a row after which a service is restarted (3)");
    program.add_option("--restarts-per-hour", options.rules.restarts_per_hour,
                       "Restarts of one service within an hour (3; 0: never)");
    program.add_option("--metrics-port", options.metrics_port,
                       "Port at 127.0.0.1 for Prometheus (0: only the socket)");
    CLI11_PARSE(program, argc, argv);
    std::signal(SIGPIPE, SIG_IGN); // NOLINT(cert-err33-c): OpenSSL writes without MSG_NOSIGNAL
    JournalSink journal;
    try {
        set_interval(options, parse_interval(interval));
        liveness::run_service(options, journal);
    } catch (const Error& error) {
        return report(journal, error);
    }
    return static_cast<int>(ExitStatus::success);
}

} // namespace

} // namespace k8s_node

int main(int argc, char** argv) {
    return k8s_node::watch(argc, argv);
}
