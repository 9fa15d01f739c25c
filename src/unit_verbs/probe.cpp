// k8s-node-install probe: for ExecStartPost= of units.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "command_line/options.hpp"
#include "health/wait.hpp"
#include "loop/event_loop.hpp"
#include "model/duration.hpp"
#include "support/process_wait.hpp"
#include "support/text.hpp"
#include "unit_verbs/unit_verbs.hpp"

namespace k8s_node::cli {

namespace {

struct ProbeOptions {
    std::string url;
    std::string ca;
    std::string contains;
    std::string deadline = "60s";
    bool any_answer = false;
};

std::chrono::milliseconds parse_deadline(const std::string& text) {
    const bool bare = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    const auto deadline = parse_duration(bare ? text + "s" : text);
    if (!deadline || deadline->count() == 0) {
        throw Error("--deadline " + text + ": invalid duration", ExitStatus::usage)
            .try_this("write it as 60s or 1m30s");
    }
    return std::chrono::ceil<std::chrono::milliseconds>(*deadline);
}

/// Returns systemd's $MAINPID in ExecStartPost=, or 0 when run by hand.
pid_t main_process() {
    const char* text = std::getenv("MAINPID");
    return static_cast<pid_t>(parse_integer(text == nullptr ? "" : text).value_or(0));
}

Error service_ended(pid_t service) {
    Error error("the service's main process (" + std::to_string(service) + ") has ended",
                ExitStatus::not_ready);
    error.try_this("its last journal lines tell why");
    return error;
}

/// Ends the wait when the service ends: systemd does not end this probe when the main process dies,
/// and the deadline may be far away.
class ServiceWatch {
public:
    ServiceWatch(EventLoop& loop, pid_t service) {
        if (service <= 0) {
            return;
        }
        process_ = open_process(service);
        if (!process_) {
            throw service_ended(service);
        }
        end_ = loop.on_readable(process_.get(), [service] { throw service_ended(service); });
    }

private:
    UniqueFd process_;
    EventSource end_;
};

ExitStatus run_probe(const ProbeOptions& options) {
    auto probe = Probe::parse(options.url);
    probe.ca_file = options.ca;
    probe.body_contains = options.contains;
    if (options.any_answer) {
        probe.expected_status = 0;
    }
    // The output goes to the unit's journal: a line for every new reason.
    EventLoop loop;
    const ServiceWatch service(loop, main_process());
    const auto prober = make_async_prober(probe, loop);
    wait_until_ready(
        loop, *prober, probe, parse_deadline(options.deadline), [&](const WaitStatus& status) {
            std::printf("waiting for %s: %s\n", probe.text().c_str(), status.reason.c_str());
            std::fflush(stdout);
        });
    return ExitStatus::success;
}

} // namespace

void add_probe(Verb& parent, Context& /*context*/) {
    auto verb = parent.add("probe", "Wait until an endpoint is ready");
    auto options = std::make_shared<ProbeOptions>();
    verb.argument("url", options->url, "https://, http://, tcp://, unix:// or file://");
    verb.text("--ca", options->ca, "CA certificates for the server (PEM)");
    verb.text("--contains", options->contains, "Text that the answer must contain");
    verb.flag("--any-answer", options->any_answer,
              "Accept any HTTP status: the server is listening");
    verb.text("--deadline", options->deadline, "Give up after this time (60s, 5m)");
    verb.runs_unrecorded([options] { return run_probe(*options); }, Answers::only_text);
}

} // namespace k8s_node::cli
